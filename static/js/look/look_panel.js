import { fetchColors, fetchStyles } from "../api.js";
import { language } from "../i18n.js";
import { Tabs } from "../page/tabs.js";
import { Controls } from "./controls.js";
import { Favourites } from "./favourites.js";
import { Gallery } from "./gallery.js";
import { StyleFinder } from "./style_finder.js";
import { Swatches } from "./swatches.js";

const element = (id) => document.getElementById(id);

/** Everything that chooses a look: styles, colours, tips and the fine controls, over one LookStore. */
export class LookPanel {
  #looks;
  #favourites = new Favourites();
  #finder = new StyleFinder(this.#favourites);
  #tabs = new Tabs(element("panel-tabs"));
  #gallery;
  #colors;
  #tips;
  #controls;

  constructor(looks) {
    this.#looks = looks;
    this.#gallery = new Gallery(this.#finder, this.#favourites, (style) => looks.update({ style }));
    this.#colors = new Swatches(element("colors"), element("color-name"), element("color-wheel"), {
      prefix: "color",
      autoText: "color.auto",
      autoIcon: "person",
      onChoose: (color) => looks.update({ color }),
    });
    this.#tips = new Swatches(element("tips"), element("tip-name"), element("tip-wheel"), {
      prefix: "tip",
      autoText: "color.own-tip",
      autoIcon: "none",
      onChoose: (tip) => looks.update({ tip }),
    });
    this.#controls = new Controls(element("panel"), {
      onChange: (changes) => looks.update(changes),
      onReset: () => looks.reset(),
    });
    element("undo").addEventListener("click", () => looks.undo());
    element("favourite").addEventListener("click", () => this.toggleFavourite());
    element("grip").addEventListener("click", () => this.#stretch());
    looks.addEventListener("change", () => this.#show());
    this.#favourites.addEventListener("change", () => this.#show());
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
    return styles;
  }

  /** The gallery's StyleCards. */
  get cards() {
    return this.#gallery.cards;
  }

  /** "Wolf cut · Copper orange". */
  get caption() {
    const { style, color, reference, color_reference: dyed } = this.#looks.look;
    const shape = reference ? language.text("find.from-photo") : this.#gallery.name(style);
    const hue = !dyed ? this.#colors.name(color) : dyed === reference ? "" : language.text("studio.color-from-photo");
    return [shape, hue].filter(Boolean).join(" · ");
  }

  /** Ids of the styles with a heart. */
  get favourites() {
    return this.#favourites.ids;
  }

  stepStyle(count) {
    this.#gallery.step(count);
  }

  search() {
    this.#tabs.choose("pane-style");
    this.#finder.focus();
  }

  toggleFavourite() {
    this.#favourites.toggle(this.#looks.look.style);
  }

  #stretch() {
    const grip = element("grip");
    const tall = grip.getAttribute("aria-expanded") !== "true";
    grip.setAttribute("aria-expanded", String(tall));
    document.body.classList.toggle("tall-panel", tall);
  }

  #show() {
    const { look } = this.#looks;
    this.#gallery.show(look.style, Boolean(look.reference ?? look.color_reference));
    this.#colors.show(look.color);
    this.#tips.show(look.tip);
    this.#controls.show(look);
    element("undo").disabled = !this.#looks.canUndo;
    element("favourite").setAttribute("aria-pressed", String(this.#favourites.has(look.style)));
    element("caption").textContent = this.caption;
  }

  #translate() {
    this.#finder.translate();
    this.#gallery.translate();
    this.#colors.translate();
    this.#tips.translate();
    this.#show();
  }
}
