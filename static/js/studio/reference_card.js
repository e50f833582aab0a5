import { language } from "../i18n.js";
import { icon } from "../page/icon.js";
import { h } from "./dom.js";

const MINUTE_MS = 60_000;

/** One reference photo: what it is used for, how long it is kept, and an end to it. */
export class ReferenceCard {
  #reference;
  #time = h("span.soft");
  #shape;
  #color;
  root;

  /** `onWear({shape})` or `onWear({color})`: true or false; `onRemove()`. */
  constructor(reference, { onWear, onRemove }) {
    this.#reference = reference;
    this.#shape = this.#toggle("shape", onWear);
    this.#color = this.#toggle("color", onWear);
    this.root = h(
      "li.reference",
      {},
      h("img", { src: reference.thumbnail, alt: "" }),
      h(
        "div.reference-use",
        { role: "group", label: "studio.reference-use" },
        h("div.chips", {}, this.#shape, this.#color),
        this.#time,
      ),
      h("button.round", { label: "studio.reference-remove", testid: "reference-remove", click: onRemove }, icon("stop")),
    );
  }

  /** Say what of it `look` wears, and for how long it is kept yet. */
  show(look) {
    const { id, until } = this.#reference;
    this.#shape.setAttribute("aria-pressed", String(look.reference === id));
    this.#color.setAttribute("aria-pressed", String(look.color_reference === id));
    const minutes = Math.max(1, Math.round((until - Date.now()) / MINUTE_MS));
    this.#time.textContent = language.text("studio.kept-minutes", { minutes });
  }

  #toggle(part, onWear) {
    const button = h("button", {
      i18n: `studio.mode-${part}`,
      testid: `reference-${part}`,
      click: () => onWear({ [part]: button.getAttribute("aria-pressed") !== "true" }),
    });
    return button;
  }
}
