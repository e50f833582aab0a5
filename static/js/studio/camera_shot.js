import { cameraError } from "../errors.js";
import { icon } from "../page/icon.js";
import { h } from "./dom.js";
import { UploadError } from "./upload_error.js";

const SIZE = { width: { ideal: 1920 }, height: { ideal: 1440 } };
const SECONDS = 3;
const QUALITY = 0.95;

/** The camera as a photo booth: a mirrored view, a shutter, and a countdown to look good for. */
export class CameraShot {
  #video = h("video.booth", { playsinline: true, label: "video.local", testid: "studio-camera" });
  #count = h("p.countdown", { role: "status", "aria-live": "assertive" });
  #shutter = h(
    "button.shutter",
    { label: "studio.shutter", testid: "studio-shutter", click: () => this.#countDown() },
    icon("snapshot"),
  );
  #stream = null;
  #wanted = false;
  #timer = 0;
  #onShot;
  root = h(
    "div.shot",
    { hidden: true },
    this.#video,
    this.#count,
    h(
      "div.shot-bar",
      {},
      this.#shutter,
      h("button.secondary", { i18n: "studio.back", testid: "studio-back", click: () => this.#leave() }),
    ),
  );
  #onLeave;

  /** `onShot(file)`: called with the picture, a JPEG as the camera saw it; `onLeave()`: without one. */
  constructor(onShot, onLeave) {
    this.#onShot = onShot;
    this.#onLeave = onLeave;
    this.#video.muted = true;
    this.#video.addEventListener("resize", () => {
      const { videoWidth: width, videoHeight: height } = this.#video;
      if (height) this.root.parentElement.style.setProperty("--ratio", width / height);
    });
  }

  /** Whether the view is open now: it may be left while the browser still asks. Throws UploadError. */
  async open() {
    if (!window.isSecureContext || !navigator.mediaDevices) throw new UploadError("insecure-context");
    this.#wanted = true;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", ...SIZE }, audio: false });
    } catch (error) {
      throw new UploadError(cameraError(error).code);
    }
    if (!this.#wanted) {
      stream.getTracks().forEach((track) => track.stop());
      return false;
    }
    this.#stream = this.#video.srcObject = stream;
    this.root.hidden = false;
    this.#shutter.focus();
    // Closed before its first picture, the video says that playing was interrupted.
    this.#video.play().catch(() => {});
    return true;
  }

  close() {
    this.#wanted = false;
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#count.textContent = "";
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = this.#video.srcObject = null;
    this.root.hidden = true;
  }

  #leave() {
    this.close();
    this.#onLeave();
  }

  #countDown() {
    if (this.#timer) return;
    let left = SECONDS;
    this.#count.textContent = left;
    this.#timer = setInterval(() => {
      left -= 1;
      this.#count.textContent = left || "";
      if (!left) this.#take();
    }, 1000);
  }

  async #take() {
    clearInterval(this.#timer);
    this.#timer = 0;
    const { videoWidth: width, videoHeight: height } = this.#video;
    const canvas = h("canvas", { width, height });
    canvas.getContext("2d", { alpha: false }).drawImage(this.#video, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    this.close();
    this.#onShot(new File([blob], "camera.jpg", { type: "image/jpeg" }));
  }
}
