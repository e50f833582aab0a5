import { Compare } from "./compare.js";

/** The mirror: one's own picture below, the server's above it once it is there. */
export class MirrorView {
  local = document.querySelector("#local-video");
  remote = document.querySelector("#remote-video");
  #frame = document.querySelector("#mirror");
  #flip = document.querySelector("#flip");
  #compareButton = document.querySelector("#compare");
  #compare;
  mirrored = true;

  /** `latency()`: camera to screen in ms; `onFrame(metadata)`: called for every frame of the server. */
  constructor({ latency, onFrame }) {
    this.#compare = new Compare(this.local, this.remote, latency);
    this.#flip.addEventListener("click", () => this.mirror(!this.mirrored));
    this.#compareButton.addEventListener("click", () => this.compare(!this.#compare.on));
    this.local.addEventListener("resize", () => this.#fit());
    const next = () =>
      this.remote.requestVideoFrameCallback((now, frame) => {
        next();
        document.body.classList.add("has-picture");
        onFrame(frame);
      });
    next();
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

  clear() {
    this.hideRemote();
    this.compare(false);
    this.local.srcObject = this.remote.srcObject = null;
  }

  #fit() {
    const { videoWidth: width, videoHeight: height } = this.local;
    if (height) this.#frame.style.setProperty("--ratio", width / height);
  }
}
