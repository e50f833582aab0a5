import { language } from "../i18n.js";
import { icon } from "../page/icon.js";
import { ColorWheel } from "./color_wheel.js";
import { RadioGroup } from "./radio_group.js";

const AUTO = "auto";
const CUSTOM = "custom";

/** The palette as swatches: none ("as it is"), each colour from root to tip, and one's own from a wheel below. */
export class Swatches {
  #colors = [];
  #group;
  #root;
  #name;
  #prefix;
  #autoText;
  #autoIcon;
  #wheel;
  #started = false;
  #onChoose;

  /** `onChoose(color)`: null, a palette id or #RRGGBB. Buttons carry data-testid `<prefix>-<id>`. */
  constructor(root, name, wheel, { prefix, autoText, autoIcon, onChoose }) {
    this.#root = root;
    this.#name = name;
    this.#prefix = prefix;
    this.#autoText = autoText;
    this.#autoIcon = autoIcon;
    this.#onChoose = onChoose;
    this.#wheel = new ColorWheel(wheel, prefix, onChoose);
    this.#group = new RadioGroup(root, (value) => this.#chose(value));
  }

  fill(colors) {
    this.#colors = colors;
    this.#group.fill([this.#swatch(AUTO), ...colors.map((color) => this.#swatch(color.id, color)), this.#swatch(CUSTOM)]);
    this.translate();
  }

  show(color) {
    const custom = color?.startsWith("#") ?? false;
    if (custom) this.#wheel.show(color);
    else if (color !== null) this.#suggest(color);
    this.#started ||= custom;
    this.#wheel.hidden = !custom;
    this.#group.select(color === null ? AUTO : custom ? CUSTOM : color);
    this.#name.value = this.name(color);
  }

  /** What a colour is called. */
  name(color) {
    return color?.startsWith("#") ? color.toUpperCase() : this.#label(color ?? AUTO);
  }

  translate() {
    this.#wheel.translate();
    for (const button of this.#root.querySelectorAll("[role=radio]")) {
      const label = this.#label(button.dataset.value);
      button.setAttribute("aria-label", label);
      button.title = label;
    }
  }

  #swatch(value, color = null) {
    const button = document.createElement("button");
    button.className = `swatch ${color ? "" : value}`;
    button.dataset.value = value;
    button.dataset.testid = `${this.#prefix}-${value}`;
    if (value === AUTO) button.append(icon(this.#autoIcon));
    if (color) button.style.background = `linear-gradient(160deg, ${color.root} 25%, ${color.tip} 85%)`;
    return button;
  }

  /** Until the wheel was used it starts from the palette's colour that was chosen last. */
  #suggest(id) {
    const color = this.#colors.find((known) => known.id === id);
    if (color && !this.#started) this.#wheel.show(color.tip);
  }

  #chose(value) {
    this.#onChoose(value === AUTO ? null : value === CUSTOM ? this.#wheel.hex : value);
  }

  #label(value) {
    if (value === AUTO) return language.text(this.#autoText);
    if (value === CUSTOM) return language.text("color.custom");
    return this.#colors.find(({ id }) => id === value)?.name[language.code] ?? "";
  }
}
