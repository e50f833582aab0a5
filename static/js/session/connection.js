import { PageError } from "../errors.js";
import { Peer } from "./peer.js";

const FIRST_WAIT_S = 0.5;
const LONGEST_WAIT_S = 8;
// A dragged slider changes the look at every pixel; the server reads a few dozen messages a second.
const LOOK_INTERVAL_MS = 100;

/**
 * Keeps one session alive: connects, and connects again with the same look after a loss.
 * Events: `state` (detail: {state, error, wait}; state is idle, connecting, live, waiting or failed),
 * `stream` (detail: the MediaStream from the server), `message` (detail: parsed JSON).
 */
export class Connection extends EventTarget {
  #peer = null;
  #track = null;
  #look = null;
  #timer = 0;
  #lookTimer = 0;
  #attempt = 0;
  /** RTCIceServers for every connection made from now on. */
  iceServers = [];

  /** Connect with a video track and a look; a running session is ended first. */
  start(track, look) {
    this.stop();
    this.#track = track;
    this.#look = look;
    this.#connect();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#track = null;
    this.#drop();
    this.#tell("idle");
  }

  /** Tell the server at once that the page goes away. */
  leave() {
    this.#peer?.end();
  }

  /** Change the look of the running session; it also becomes that of every later reconnection. */
  setLook(look) {
    this.#look = look;
    if (this.#lookTimer) return;
    const send = () => this.#peer?.send({ type: "look", ...this.#look });
    send();
    this.#lookTimer = setTimeout(() => {
      this.#lookTimer = 0;
      if (this.#look !== look) send();
    }, LOOK_INTERVAL_MS);
  }

  /** Send another camera without connecting anew. */
  async replaceTrack(track) {
    this.#track = track;
    await this.#peer?.sender.replaceTrack(track);
  }

  /** The running connection's RTCStatsReport, or null. */
  async getStats() {
    return (await this.#peer?.getStats()) ?? null;
  }

  async #connect() {
    const peer = new Peer(this.#track, { iceServers: this.iceServers });
    this.#peer = peer;
    this.#tell("connecting");
    peer.addEventListener("open", () => {
      this.#attempt = 0;
      peer.send({ type: "look", ...this.#look });
      this.#tell("live");
    });
    peer.addEventListener("message", ({ detail }) => this.dispatchEvent(new CustomEvent("message", { detail })));
    peer.addEventListener("lost", ({ detail }) => this.#retry(peer, detail));
    this.dispatchEvent(new CustomEvent("stream", { detail: peer.stream }));
    try {
      await peer.open(this.#look);
    } catch (error) {
      if (error instanceof PageError) this.#retry(peer, error);
      else if (error.name !== "AbortError") this.#retry(peer, new PageError("connection-lost", { detail: error.message }));
    }
  }

  #retry(peer, error) {
    if (peer !== this.#peer) return;
    this.#drop();
    if (error.code === "offer-refused") return void this.#tell("failed", error);
    const wait = error.retryAfter ?? Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** this.#attempt);
    this.#attempt += 1;
    // Up to a fifth more, so that the clients of a restarted server do not all return at once.
    this.#timer = setTimeout(() => this.#connect(), wait * (1 + 0.2 * Math.random()) * 1000);
    this.#tell("waiting", error, wait);
  }

  #drop() {
    const peer = this.#peer;
    this.#peer = null;
    peer?.close();
  }

  #tell(state, error = null, wait = 0) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, error, wait } }));
  }
}
