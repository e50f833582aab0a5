import { h } from "./dom.js";

/** The visitor's word that files may be sent, given once for as long as the page is open. Event: `change`. */
export class UploadConsent extends EventTarget {
  #given = false;

  get given() {
    return this.#given;
  }

  set given(given) {
    this.#given = given;
    this.dispatchEvent(new Event("change"));
  }

  /** A checkbox that asks for it, and goes once it was given elsewhere. `testid`: of the box. */
  box(testid) {
    const input = h("input", { type: "checkbox", testid, change: () => (this.given = input.checked) });
    const label = h("label.check", {}, input, h("span", { i18n: "studio.consent" }));
    this.addEventListener("change", () => (input.checked = this.#given));
    return label;
  }
}
