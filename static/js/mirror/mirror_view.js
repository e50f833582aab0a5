import { Compare } from "./compare.js";
import { HoldBefore } from "./hold_before.js";

/**
 * The mirror: one's own picture below, the server's above it once it is there.
 * Events: `frame` (detail: its metadata), `picture` (the server's first), `held` (the picture is held to see before).
 */
export class MirrorView extends EventTarget {
  local = document.querySelector("#local-video");
  remote = document.querySelector("#remote-video");
  #frame = document.querySelector("#mirror");
  #flip = document.querySelector("#flip");
  #compareButton = document.querySelector("#compare");
  #hold = new HoldBefore(this.#frame, () => this.dispatchEvent(new Event("held")));
  #compare;
  mirrored = true;

  /** `latency()`: camera to screen in ms. */
  constructor(latency) {
    super();
    this.#compare = new Compare(this.local, this.remote, latency);
    this.#flip.addEventListener("click", () => this.mirror(!this.mirrored));
    this.#compareButton.addEventListener("click", () => this.compare(!this.#compare.on));
    this.local.addEventListener("resize", () => this.#fit());
    const next = () =>
      this.remote.requestVideoFrameCallback((now, detail) => {
        next();
        this.#shown();
        this.dispatchEvent(new CustomEvent("frame", { detail }));
      });
    next();
    this.mirror(true);
  }

  showLocal(stream) {
    this.local.srcObject = stream;
  }

  showRemote(stream) {
    this.hideRemote();
    this.remote.srcObject = stream;
  }

  /** Back to one's own picture, until the server's next frame. */
  hideRemote() {
    document.body.classList.remove("has-picture");
    // A track that ends shows one black frame more.
    this.remote.srcObject = null;
  }

  mirror(on) {
    this.mirrored = on;
    this.#frame.classList.toggle("mirrored", on);
    this.#flip.setAttribute("aria-pressed", String(on));
  }

  compare(on) {
    this.#compare.toggle(on);
    this.#compareButton.setAttribute("aria-pressed", String(on));
  }

  /** Show oneself as one is, for as long as `on`. */
  hold(on) {
    this.#hold.show(on);
  }

  clear() {
    this.hideRemote();
    this.hold(false);
    this.compare(false);
    this.local.srcObject = null;
  }

  #shown() {
    if (document.body.classList.contains("has-picture")) return;
    document.body.classList.add("has-picture");
    this.dispatchEvent(new Event("picture"));
  }

  #fit() {
    const { videoWidth: width, videoHeight: height } = this.local;
    if (height) this.#frame.style.setProperty("--ratio", width / height);
  }
}
