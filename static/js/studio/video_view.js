import { h } from "./dom.js";

/** A video, and its edited version in its place; both keep the same moment when they change over. */
export class VideoView {
  #video = h("video", { controls: true, playsinline: true, loop: true, testid: "studio-video" });
  #original = h("button.chip", {
    "aria-pressed": "false",
    hidden: true,
    i18n: "studio.original",
    testid: "studio-original",
    click: () => this.#toggle(),
  });
  #urls = { before: "", after: "" };
  root = h("div.clip", { hidden: true }, this.#video, this.#original);

  constructor() {
    this.#video.addEventListener("loadedmetadata", () => {
      const { videoWidth: width, videoHeight: height } = this.#video;
      if (height) this.root.parentElement.style.setProperty("--ratio", width / height);
    });
  }

  show(url, text) {
    this.#urls.before = url;
    this.#video.setAttribute("aria-label", text);
    this.showResult("");
  }

  showResult(url) {
    this.#urls.after = url;
    this.#original.hidden = !url;
    this.#original.setAttribute("aria-pressed", "false");
    this.#play(url || this.#urls.before, 0);
  }

  stop() {
    this.#video.pause();
  }

  #toggle() {
    const original = this.#original.getAttribute("aria-pressed") !== "true";
    this.#original.setAttribute("aria-pressed", String(original));
    this.#play(original ? this.#urls.before : this.#urls.after, this.#video.currentTime, !this.#video.paused);
  }

  #play(url, time, playing = false) {
    this.#video.src = url;
    this.#video.currentTime = time;
    if (playing) this.#video.play();
  }
}
