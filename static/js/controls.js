import { language } from "./i18n.js";
import { DEFAULT_LOOK } from "./look_store.js";
import { RadioGroup } from "./radio_group.js";

const SLIDERS = ["length", "volume", "curl"];
const PARTS = ["auto", "left", "center", "right"];

function segment(part) {
  const button = document.createElement("button");
  button.dataset.value = part;
  button.dataset.testid = `part-${part}`;
  button.dataset.i18n = `part.${part}`;
  button.textContent = language.text(`part.${part}`);
  return button;
}

/** Length, volume, curl and parting; `onChange(changes)` gets a part of a look. */
export class Controls {
  #sliders;
  #part;

  constructor(root, onChange) {
    this.#sliders = SLIDERS.map((name) => root.querySelector(`#${name}`));
    for (const slider of this.#sliders) {
      slider.addEventListener("input", () => onChange({ [slider.id]: Number(slider.value) }));
    }
    this.#part = new RadioGroup(root.querySelector("#part"), (part) => onChange({ part }));
    this.#part.fill(PARTS.map(segment));
    root.querySelector("#reset").addEventListener("click", () => {
      const { length, volume, curl, part, tip } = DEFAULT_LOOK;
      onChange({ length, volume, curl, part, tip });
    });
  }

  show(look) {
    for (const slider of this.#sliders) {
      slider.value = look[slider.id];
      slider.labels[0].querySelector("output").value = `${Math.round(look[slider.id] * 100)} %`;
    }
    this.#part.select(look.part);
  }
}
