import { language } from "../i18n.js";
import { DEFAULT_LOOK } from "./look_store.js";
import { RadioGroup } from "./radio_group.js";

const SLIDERS = ["length", "volume", "density", "curl", "gloss", "coverage"];
const CHOICES = {
  fringe: ["auto", "none", "see-through", "full", "curtain", "choppy", "side"],
  part: ["auto", "left", "center", "right"],
  gradient: ["plain", "ombre", "balayage", "highlights", "money-piece", "two-tone"],
  dye: ["bleach", "realistic"],
};
const OWN = "own";

function choice(name, value) {
  const button = document.createElement("button");
  button.dataset.value = value;
  button.dataset.i18n = `${name}.${value}`;
  button.dataset.testid = `${name}-${value}`;
  button.textContent = language.text(`${name}.${value}`);
  return button;
}

/** Shape, colouring and motion; `onChange(changes)` gets a part of a look. */
export class Controls {
  #root;
  #sliders;
  #choices;
  #motion;

  constructor(root, onChange) {
    this.#root = root;
    this.#sliders = SLIDERS.map((name) => root.querySelector(`#${name}`));
    for (const slider of this.#sliders) {
      slider.addEventListener("input", () => onChange({ [slider.id]: Number(slider.value) }));
    }
    this.#choices = Object.entries(CHOICES).map(([name, values]) => {
      const group = new RadioGroup(root.querySelector(`#${name}`), (value) => onChange({ [name]: value }));
      group.fill(values.map((value) => choice(name, value)));
      return [name, group];
    });
    this.#motion = root.querySelector("#motion");
    this.#motion.addEventListener("change", () => onChange({ motion: this.#motion.checked }));
    root.querySelector("#reset").addEventListener("click", () => {
      const { style, color, motion, ...others } = DEFAULT_LOOK;
      onChange(others);
    });
  }

  show(look) {
    // What shapes drawn hair has no meaning for one's own, and the other way round.
    for (const element of this.#root.querySelectorAll(".drawn")) element.hidden = look.style === OWN;
    for (const element of this.#root.querySelectorAll(".own")) element.hidden = look.style !== OWN;
    for (const slider of this.#sliders) {
      slider.value = look[slider.id];
      slider.labels[0].querySelector("output").value = `${Math.round(look[slider.id] * 100)} %`;
    }
    for (const [name, group] of this.#choices) group.select(look[name]);
    this.#motion.checked = look.motion;
  }
}
