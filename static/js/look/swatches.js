import { language } from "../i18n.js";
import { RadioGroup } from "./radio_group.js";

const AUTO = "auto";
const CUSTOM = "custom";

/** The palette as a row of swatches: none ("as it is"), each colour from root to tip, and a colour of one's own. */
export class Swatches {
  #colors = [];
  #group;
  #root;
  #name;
  #prefix;
  #autoText;
  #picker = document.createElement("input");
  #onChoose;

  /** `onChoose(color)`: null, a palette id or #RRGGBB. Buttons carry data-testid `<prefix>-<id>`. */
  constructor(root, name, { prefix, autoText, onChoose }) {
    this.#root = root;
    this.#name = name;
    this.#prefix = prefix;
    this.#autoText = autoText;
    this.#onChoose = onChoose;
    this.#group = new RadioGroup(root, (value) => this.#chose(value));
    this.#picker.type = "color";
    this.#picker.className = "picker";
    this.#picker.tabIndex = -1;
    this.#picker.setAttribute("aria-hidden", "true");
    this.#picker.value = "#7a3b69";
    this.#picker.addEventListener("input", () => this.#onChoose(this.#picker.value.toUpperCase()));
  }

  fill(colors) {
    this.#colors = colors;
    const palette = colors.map(({ id, root, tip }) => this.#swatch(id, `linear-gradient(160deg, ${root} 25%, ${tip} 85%)`));
    this.#group.fill([this.#swatch(AUTO), ...palette, this.#swatch(CUSTOM)]);
    this.#root.append(this.#picker);
    this.translate();
  }

  show(color) {
    const custom = color?.startsWith("#") ?? false;
    if (custom) this.#picker.value = color.toLowerCase();
    this.#group.select(color === null ? AUTO : custom ? CUSTOM : color);
    this.#name.value = custom ? color : this.#label(color ?? AUTO);
  }

  translate() {
    for (const button of this.#root.querySelectorAll("[role=radio]")) {
      const label = this.#label(button.dataset.value);
      button.setAttribute("aria-label", label);
      button.title = label;
    }
  }

  #swatch(value, background = "") {
    const button = document.createElement("button");
    button.className = `swatch ${value === AUTO || value === CUSTOM ? value : ""}`;
    button.dataset.value = value;
    button.dataset.testid = `${this.#prefix}-${value}`;
    button.style.background = background;
    return button;
  }

  #chose(value) {
    if (value === CUSTOM) this.#picker.click();
    this.#onChoose(value === AUTO ? null : value === CUSTOM ? this.#picker.value.toUpperCase() : value);
  }

  #label(value) {
    if (value === AUTO) return language.text(this.#autoText);
    if (value === CUSTOM) return language.text("color.custom");
    return this.#colors.find(({ id }) => id === value)?.name[language.code] ?? "";
  }
}
