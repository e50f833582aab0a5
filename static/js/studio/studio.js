/**
 * Photos, videos, references of one's own, and what is stored about the visitor. It has `#studio` (in the mirror's
 * place, beside the same look panel), `#own-reference` in the look panel and `<dialog id="privacy">`.
 */
export class Studio {
  #root = document.querySelector("#studio");

  /** `looks`: the LookStore; `language`, `notices`: the page's; `liveVideo`: the <video> of one's own camera. */
  constructor({ looks, language, notices, liveVideo }) {
    Object.assign(this, { looks, language, notices, liveVideo });
  }

  show() {
    this.#root.hidden = false;
  }

  hide() {
    this.#root.hidden = true;
  }
}
