import { Camera } from "../camera/camera.js";
import { language } from "../i18n.js";
import { Peer } from "../session/peer.js";
import { StatsSampler } from "../session/stats.js";
import { drawHistogram } from "./histogram.js";
import { LatencyMeter } from "./latency_meter.js";
import { MarkedSource } from "./marked_source.js";

const STYLE = "c-curl-bob";
const WARM_UP_MS = 3_000;
const REFRESH_MS = 500;

const element = (id) => document.getElementById(id);
const camera = new Camera();
let run = null;

/** One measurement, from start to stop. */
class Run {
  #source;
  #peer;
  #meter;
  #sampler = new StatsSampler();
  #server = null;
  #sample = null;
  #timers = [];

  constructor(stream) {
    this.#source = new MarkedSource(stream);
    this.#peer = new Peer(this.#source.track);
    this.#peer.addEventListener("message", ({ detail }) => {
      if (detail.type === "stats") this.#server = detail;
    });
    this.#peer.addEventListener("lost", ({ detail }) => stop(detail));
  }

  async open() {
    const video = element("returned");
    video.srcObject = this.#peer.stream;
    video.play();
    await this.#peer.open({ style: STYLE, color: null });
    this.#timers = [
      // What comes first is slower than what follows.
      setTimeout(() => (this.#meter = new LatencyMeter(this.#source, video)), WARM_UP_MS),
      setInterval(() => this.#refresh(), REFRESH_MS),
    ];
  }

  /** What was measured, as an object to copy; null before there is anything. */
  report() {
    const result = this.#meter?.result();
    if (!result) return null;
    const { delays, ...figures } = result;
    const rounded = Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(10 * value) / 10]));
    return {
      latency_ms: rounded,
      delays_ms: delays.map((delay) => Math.round(10 * delay) / 10),
      stages_ms: this.#server?.stages ?? {},
      server: this.#server,
      browser: this.#sample && { uplink_ms: this.#sample.uplink, downlink_ms: this.#sample.downlink, rtt_ms: this.#sample.rtt },
      user_agent: navigator.userAgent,
      time: new Date().toISOString(),
    };
  }

  close() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#meter?.close();
    this.#peer.close();
    this.#source.close();
    camera.close();
  }

  async #refresh() {
    this.#sample = this.#sampler.sample(await this.#peer.getStats(), this.#server) ?? this.#sample;
    const result = this.#meter?.result();
    if (!result) return;
    for (const name of ["p50", "p95", "p99", "fps", "longestGap", "frames"]) {
      element(name).value = result[name].toFixed(name === "fps" ? 1 : 0);
    }
    const { p50, p95 } = result;
    const label = language.text("latency.histogram", { p50: p50.toFixed(0), p95: p95.toFixed(0) });
    drawHistogram(element("histogram"), result.delays, label);
    this.#showStages();
    element("copy").disabled = false;
  }

  #showStages() {
    const rows = [
      ["latency.up", this.#sample?.uplink],
      ...Object.entries(this.#server?.stages ?? {}).map(([name, value]) => [`stage.${name}`, value]),
      ["latency.down", this.#sample?.downlink],
    ];
    element("stages").replaceChildren(
      ...rows
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => {
          const row = document.createElement("tr");
          const name = document.createElement("th");
          const figure = document.createElement("td");
          name.scope = "row";
          name.textContent = language.has(key) ? language.text(key) : key;
          figure.textContent = value.toFixed(1);
          row.append(name, figure);
          return row;
        }),
    );
  }
}

function say(key) {
  element("message").textContent = key ? language.text(key) : "";
}

async function start(useCamera) {
  say("latency.starting");
  for (const output of document.querySelectorAll("output")) output.value = "–";
  element("copy").disabled = true;
  for (const id of ["with-camera", "with-pattern"]) element(id).disabled = true;
  element("stop").disabled = false;
  try {
    run = new Run(useCamera ? await camera.open() : null);
    await run.open();
    say("latency.measuring");
  } catch (error) {
    stop(error);
  }
}

function stop(error = null) {
  run?.close();
  if (error) {
    run = null;
    element("copy").disabled = true;
  }
  element("stop").disabled = true;
  element("with-pattern").disabled = false;
  element("with-camera").disabled = !element("consent").checked;
  const key = error && `error.${error.code}`;
  say(error ? (language.has(key) ? key : "latency.failed") : "latency.stopped");
}

async function copy() {
  await navigator.clipboard.writeText(JSON.stringify(run.report(), null, 1));
  say("latency.copied");
}

language.apply();
element("language").addEventListener("click", () => language.toggle());
language.addEventListener("change", () => language.apply());
element("consent").addEventListener("change", ({ target }) => {
  element("with-camera").disabled = !target.checked || !element("stop").disabled;
});
element("with-camera").addEventListener("click", () => start(true));
element("with-pattern").addEventListener("click", () => start(false));
element("stop").addEventListener("click", () => stop());
element("copy").addEventListener("click", copy);
addEventListener("pagehide", () => run?.close());
