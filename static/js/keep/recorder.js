const LONGEST_S = 60;
const BITRATE = 5_000_000;
const TYPES = ["video/mp4;codecs=avc1.42E01F", "video/mp4", "video/webm;codecs=vp8", "video/webm"];

/** Records a stream for up to a minute. Events: `tick` (detail: seconds left), `done` (detail: the Blob). */
export class Recorder extends EventTarget {
  #recorder = null;
  #timer = 0;

  static get supported() {
    return Boolean(window.MediaRecorder) && TYPES.some((type) => MediaRecorder.isTypeSupported(type));
  }

  get on() {
    return this.#recorder !== null;
  }

  start(stream) {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITRATE });
    const pieces = [];
    recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    recorder.addEventListener("stop", () => {
      clearInterval(this.#timer);
      this.#recorder = null;
      const detail = new Blob(pieces, { type: mimeType.split(";")[0] });
      this.dispatchEvent(new CustomEvent("done", { detail }));
    });
    this.#recorder = recorder;
    // In pieces, so that what was recorded is there should the page's memory run short.
    recorder.start(1000);
    const start = performance.now();
    const tick = () => {
      const left = LONGEST_S - (performance.now() - start) / 1000;
      if (left <= 0) this.stop();
      else this.dispatchEvent(new CustomEvent("tick", { detail: Math.ceil(left) }));
    };
    tick();
    this.#timer = setInterval(tick, 250);
  }

  stop() {
    if (this.#recorder?.state === "recording") this.#recorder.stop();
  }
}
