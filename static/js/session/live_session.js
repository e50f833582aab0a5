import { CameraMenu } from "../camera/camera_menu.js";
import { Source } from "../camera/source.js";
import { PageError } from "../errors.js";
import { language } from "../i18n.js";
import { MakingNote } from "../mirror/making_note.js";
import { Connection } from "./connection.js";
import { StatsOverlay } from "./stats_overlay.js";

// The server ends a session of its own accord with these; connecting again at once would be against it.
const FINAL_NOTICES = new Set(["idle", "session-over"]);

/**
 * The way from a camera or file to the mirror: opens, connects, says what is wrong.
 * Events: `state` (detail: its name), `notice` (detail: the server's code; preventDefault() keeps it from being shown).
 */
export class LiveSession extends EventTarget {
  #connection = new Connection();
  #source = new Source();
  #stats = new StatsOverlay(this.#connection);
  #making = new MakingNote();
  #menu = new CameraMenu(this.#source, (id) => this.useCamera(id));
  #status = document.querySelector("#status");
  #looks;
  #mirror;
  #notices;

  constructor({ looks, mirror, notices }) {
    super();
    this.#looks = looks;
    this.#mirror = mirror;
    this.#notices = notices;
    mirror.addEventListener("frame", ({ detail }) => this.#stats.frame(detail));
    looks.addEventListener("change", ({ detail }) => this.#connection.setLook(detail));
    language.addEventListener("change", () => this.#setState(this.state));
    this.#source.addEventListener("lost", ({ detail }) => this.#fail(detail, () => this.useCamera()));
    this.#connection.addEventListener("state", ({ detail }) => this.#changedState(detail));
    this.#connection.addEventListener("message", ({ detail }) => this.#received(detail));
    this.#connection.addEventListener("stream", ({ detail }) => mirror.showRemote(detail));
    window.addEventListener("pagehide", () => this.#connection.leave());
    this.#setState("idle");
  }

  /** idle, camera, connecting, live, waiting or failed. */
  get state() {
    return document.body.dataset.state;
  }

  /** Milliseconds from camera to screen. */
  get latency() {
    return this.#stats.latency;
  }

  set iceServers(servers) {
    this.#connection.iceServers = servers;
  }

  async useCamera(deviceId) {
    this.#notices.clear();
    if (this.state !== "live") this.#setState("camera");
    try {
      const stream = await this.#source.openCamera(deviceId);
      this.#mirror.mirror(true);
      await this.#send(stream);
    } catch (error) {
      this.#fail(error, () => this.useCamera(deviceId));
    }
  }

  async useFile(file) {
    this.#notices.clear();
    try {
      const stream = await this.#source.openFile(file);
      this.#mirror.mirror(false);
      await this.#send(stream);
    } catch (error) {
      this.#fail(error);
    }
  }

  stop() {
    this.#connection.stop();
    this.#source.close();
    this.#mirror.clear();
    this.#notices.clear();
  }

  /** Show a stream as one's own picture; connect with it, or send it in the place of the former one. */
  async #send(stream) {
    this.#mirror.showLocal(stream);
    const [track] = stream.getVideoTracks();
    if (this.state === "live") await this.#connection.replaceTrack(track);
    else this.#connection.start(track, this.#looks.look);
    await this.#menu.refresh();
  }

  #fail(error, retry = null) {
    if (!(error instanceof PageError)) throw error;
    this.stop();
    this.#notices.error(error, { retry });
  }

  #received(message) {
    if (message.type === "stats") {
      this.#stats.receive(message);
      this.#making.show(message.engine);
    } else if (message.type === "notice" && FINAL_NOTICES.has(message.code)) this.#fail(new PageError(message.code));
    else if (message.type === "notice") this.#passOn(message);
  }

  #passOn({ code, message }) {
    const untold = this.dispatchEvent(new CustomEvent("notice", { detail: code, cancelable: true }));
    if (untold) this.#notices.notice(code, message);
  }

  #changedState({ state, error, wait }) {
    this.#setState(state);
    if (state === "waiting") this.#notices.error(error, { wait });
    else if (state === "failed") this.#fail(error, () => this.useCamera());
    else if (state === "live") this.#notices.clear();
    if (state !== "live") {
      this.#mirror.hideRemote();
      this.#stats.reset();
      this.#making.show(null);
    }
  }

  #setState(state) {
    document.body.dataset.state = state;
    this.#status.textContent = language.text(`state.${state}`);
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
