import { StatsSampler } from "./stats.js";
import { showStats } from "./stats_panel.js";

const PERIOD_MS = 1000;
const GUESS_MS = 100;

/** Samples the connection once a second, and shows the figures when asked to. */
export class StatsOverlay {
  #root = document.querySelector("#stats");
  #switch = document.querySelector("#stats-toggle");
  #sampler = new StatsSampler();
  #connection;
  #server = null;
  /** Milliseconds from camera to screen. */
  latency = GUESS_MS;

  constructor(connection) {
    this.#connection = connection;
    this.#switch.addEventListener("change", () => (this.#root.hidden = !this.#switch.checked));
    setInterval(() => this.#sample(), PERIOD_MS);
  }

  /** Take in the server's own figures. */
  receive(message) {
    this.#server = message;
  }

  /** Take in the metadata of a frame that is shown. */
  frame(metadata) {
    this.#sampler.frame(metadata);
  }

  reset() {
    this.#sampler = new StatsSampler();
    this.#server = null;
    this.#root.replaceChildren();
  }

  async #sample() {
    const report = await this.#connection.getStats();
    const sample = report && this.#sampler.sample(report, this.#server);
    if (!sample) return;
    this.latency = sample.latency;
    if (!this.#root.hidden) showStats(this.#root, sample);
  }
}
