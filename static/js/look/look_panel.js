import { fetchColors, fetchStyles } from "../api.js";
import { Controls } from "./controls.js";
import { Gallery } from "./gallery.js";
import { language } from "../i18n.js";
import { Swatches } from "./swatches.js";

const element = (id) => document.getElementById(id);

/** Everything that chooses a look: styles, colours, tips and the fine controls, over one LookStore. */
export class LookPanel {
  #looks;
  #gallery;
  #colors;
  #tips;
  #controls;

  constructor(looks) {
    this.#looks = looks;
    this.#gallery = new Gallery(element("styles"), element("style-name"), (style) => looks.update({ style }));
    this.#colors = new Swatches(element("colors"), element("color-name"), {
      prefix: "color",
      autoText: "color.auto",
      onChoose: (color) => looks.update({ color }),
    });
    this.#tips = new Swatches(element("tips"), element("tip-name"), {
      prefix: "tip",
      autoText: "color.own-tip",
      onChoose: (tip) => looks.update({ tip }),
    });
    this.#controls = new Controls(element("adjust"), (changes) => looks.update(changes));
    looks.addEventListener("change", () => this.#show());
    language.addEventListener("change", () => this.#translate());
  }

  /** Fetch gallery and palette. Throws PageError. */
  async load() {
    const [styles, palette] = await Promise.all([fetchStyles(), fetchColors()]);
    this.#gallery.fill(styles);
    this.#colors.fill(palette);
    this.#tips.fill(palette);
    this.#looks.restrict(
      styles.map(({ id }) => id),
      palette.map(({ id }) => id),
    );
    this.#show();
  }

  #show() {
    const { look } = this.#looks;
    this.#gallery.show(look.style);
    this.#colors.show(look.color);
    this.#tips.show(look.tip);
    this.#controls.show(look);
  }

  #translate() {
    this.#gallery.translate();
    this.#colors.translate();
    this.#tips.translate();
    this.#show();
  }
}
