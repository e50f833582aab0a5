import { fetchThumbnails } from "../api.js";
import { PageError } from "../errors.js";

const QUALITY = 0.9;
const OWN = "own";

/**
 * The gallery's pictures on the visitor's own face: the server draws them from one picture of the camera and forgets
 * it. The button is there while there is a picture, and a server that has no such service.
 */
export class FaceThumbnails {
  #button = document.querySelector("#on-face");
  #looks;
  #video;
  #cards;
  #notices;
  #running = null;
  #offered = true;

  /** `cards()`: the StyleCards; `video`: one's own camera. */
  constructor({ looks, video, cards, notices }) {
    this.#looks = looks;
    this.#video = video;
    this.#cards = cards;
    this.#notices = notices;
    this.#button.addEventListener("click", () => (this.#on ? this.clear() : this.#make()));
  }

  set available(available) {
    this.#button.hidden = !(available && this.#offered);
  }

  /** The gallery's own pictures again. */
  clear() {
    this.#running?.abort();
    this.#running = null;
    this.#mark(false);
    for (const card of this.#cards()) {
      card.show(null);
      card.loading = false;
    }
  }

  get #on() {
    return this.#button.getAttribute("aria-pressed") === "true";
  }

  #mark(on) {
    this.#button.setAttribute("aria-pressed", String(on));
  }

  async #make() {
    const run = (this.#running = new AbortController());
    this.#mark(true);
    const { color } = this.#looks.look;
    // One's own hair in one's own colour is what the camera shows; there is nothing to draw.
    const drawn = this.#cards().filter(({ style }) => color || style.id !== OWN);
    const cards = new Map(drawn.map((card) => [card.style.id, card]));
    for (const card of cards.values()) card.loading = true;
    try {
      const ordered = [...cards.values()].sort((one, other) => one.root.hidden - other.root.hidden);
      const request = { image: await this.#picture(), color, styles: ordered.map(({ style }) => style.id) };
      await fetchThumbnails(request, run.signal, ({ style, picture }) => {
        const card = cards.get(style);
        card?.show(picture);
        if (card) card.loading = false;
      });
    } catch (error) {
      if (run.signal.aborted) return;
      if (!(error instanceof PageError)) throw error;
      this.clear();
      if (error.code === "not-offered") this.available = this.#offered = false;
      else this.#notices.notice("thumbnails-failed", error.detail);
    } finally {
      if (run === this.#running) for (const card of cards.values()) card.loading = false;
    }
  }

  #picture() {
    const { videoWidth: width, videoHeight: height } = this.#video;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    canvas.getContext("2d").drawImage(this.#video, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  }
}
