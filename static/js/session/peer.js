import { endSession, patchCandidates, postOffer } from "../api.js";
import { PageError } from "../errors.js";

const MAX_BITRATE = 8_000_000;
// Host candidates are there within a few milliseconds; slower ones (STUN, TURN) follow by PATCH.
const GATHER_MS = 100;
const CONNECT_MS = 12_000;
const PING_MS = 1_000;
const SILENCE_MS = 5_000;
const BLIP_MS = 2_500;

const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * One WebRTC connection to the server, from offer to end.
 * Events: `open` (control channel), `message` (detail: parsed JSON), `lost`.
 */
export class Peer extends EventTarget {
  #pc;
  #channel;
  #abort = new AbortController();
  #session = null;
  #late = [];
  #told = false;
  #timers = [];
  #heard = 0;
  #closed = false;

  /** `iceServers` as in RTCConfiguration: what helps behind firewalls. */
  constructor(track, { iceServers = [] } = {}) {
    super();
    this.#pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers });
    this.#channel = this.#pc.createDataChannel("control");
    const stream = new MediaStream([track]);
    const { sender, receiver } = this.#pc.addTransceiver(track, { direction: "sendrecv", streams: [stream] });
    this.sender = sender;
    this.stream = new MediaStream([receiver.track]);
    // A live mirror: show each frame at once rather than smooth the network's jitter.
    receiver.jitterBufferTarget = 0;
    this.#pc.addEventListener("icecandidate", ({ candidate }) => this.#found(candidate));
    this.#pc.addEventListener("connectionstatechange", () => this.#watch());
    this.#channel.addEventListener("open", () => this.#opened());
    this.#channel.addEventListener("message", ({ data }) => this.#received(data));
    this.#channel.addEventListener("close", () => this.#lost());
  }

  /** Connect; resolves when the server has answered. Throws PageError, or AbortError after close(). */
  async open({ style, color }) {
    await this.#pc.setLocalDescription();
    await Promise.race([this.#gathered(), delay(GATHER_MS)]);
    const sent = this.#pc.localDescription.sdp;
    // The SDP leaves out the trailing "ufrag" and network attributes of a candidate.
    this.#late = this.#late.filter(({ candidate }) => !sent.includes(candidate.split(" ufrag ")[0]));
    const offer = { type: "offer", sdp: sent, style, ...(color ? { color } : {}) };
    const answer = await postOffer(offer, this.#abort.signal);
    this.#session = answer;
    if (this.#closed) return void this.end();
    await this.#pc.setRemoteDescription({ type: answer.type, sdp: answer.sdp });
    await this.#favourMotion();
    this.#flush();
    this.#timers.push(setTimeout(() => this.#channel.readyState === "open" || this.#lost(), CONNECT_MS));
  }

  send(message) {
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(message));
  }

  getStats() {
    return this.#pc.getStats();
  }

  /** Tell the server that this session is over; survives the page being closed. */
  end() {
    if (this.#session) endSession(this.#session);
    this.#session = null;
  }

  close() {
    this.#closed = true;
    this.#abort.abort();
    this.#timers.forEach(clearTimeout);
    this.end();
    this.#pc.close();
  }

  async #favourMotion() {
    const parameters = this.sender.getParameters();
    parameters.degradationPreference = "maintain-framerate";
    for (const encoding of parameters.encodings) encoding.maxBitrate = MAX_BITRATE;
    // Firefox knows no degradationPreference; the stream is as good without it.
    await this.sender.setParameters(parameters).catch(() => undefined);
  }

  #gathered() {
    return new Promise((resolve) => {
      this.#pc.addEventListener("icegatheringstatechange", () => {
        if (this.#pc.iceGatheringState === "complete") resolve();
      });
    });
  }

  #found(candidate) {
    if (candidate?.candidate) this.#late.push(candidate);
    if (this.#session) this.#flush();
  }

  #flush() {
    const complete = this.#pc.iceGatheringState === "complete";
    if (this.#told || (!this.#late.length && !complete)) return;
    this.#told = complete;
    const ufrag = /^a=ice-ufrag:.*$/m.exec(this.#pc.localDescription.sdp)[0].trim();
    const pwd = /^a=ice-pwd:.*$/m.exec(this.#pc.localDescription.sdp)[0].trim();
    const lines = [ufrag, pwd, "m=video 9 UDP/TLS/RTP/SAVPF 0", `a=mid:${this.#late[0]?.sdpMid ?? "0"}`];
    for (const { candidate } of this.#late.splice(0)) lines.push(`a=${candidate}`);
    if (complete) lines.push("a=end-of-candidates");
    patchCandidates(this.#session, `${lines.join("\r\n")}\r\n`).catch(() => undefined);
  }

  #opened() {
    this.#heard = performance.now();
    this.#timers.push(
      setInterval(() => {
        this.send({ type: "ping" });
        if (performance.now() - this.#heard > SILENCE_MS) this.#lost();
      }, PING_MS),
    );
    this.dispatchEvent(new Event("open"));
  }

  #received(data) {
    this.#heard = performance.now();
    this.dispatchEvent(new CustomEvent("message", { detail: JSON.parse(data) }));
  }

  #watch() {
    const state = this.#pc.connectionState;
    if (state === "failed" || state === "closed") this.#lost();
    if (state === "disconnected") {
      this.#timers.push(setTimeout(() => this.#pc.connectionState === "disconnected" && this.#lost(), BLIP_MS));
    }
  }

  #lost() {
    if (this.#closed) return;
    this.close();
    this.dispatchEvent(new CustomEvent("lost", { detail: new PageError("connection-lost") }));
  }
}
