import { language } from "../i18n.js";
import { CHOICES, RANGES } from "./look_fields.js";
import { RadioGroup } from "./radio_group.js";

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

  constructor(root, { onChange, onReset }) {
    this.#root = root;
    this.#sliders = Object.entries(RANGES).map(([name, [min, max]]) => {
      const slider = Object.assign(root.querySelector(`#${name}`), { min, max });
      slider.addEventListener("input", () => onChange({ [name]: Number(slider.value) }));
      return slider;
    });
    this.#choices = Object.entries(CHOICES).map(([name, values]) => {
      const group = new RadioGroup(root.querySelector(`#${name}`), (value) => onChange({ [name]: value }));
      group.fill(values.map((value) => choice(name, value)));
      return [name, group];
    });
    this.#motion = root.querySelector("#motion");
    this.#motion.addEventListener("change", () => onChange({ motion: this.#motion.checked }));
    root.querySelector("#reset").addEventListener("click", onReset);
  }

  show(look) {
    // What shapes drawn hair has no meaning for one's own, and the other way round.
    for (const element of this.#root.querySelectorAll(".drawn")) element.hidden = look.style === OWN;
    for (const element of this.#root.querySelectorAll(".own")) element.hidden = look.style !== OWN;
    for (const slider of this.#sliders) {
      const [min, max] = RANGES[slider.id];
      slider.value = look[slider.id];
      slider.style.setProperty("--filled", `${(100 * (look[slider.id] - min)) / (max - min)}%`);
      const text = `${Math.round(look[slider.id] * 100)} %`;
      slider.labels[0].querySelector("output").value = text;
      slider.setAttribute("aria-valuetext", text);
    }
    for (const [name, group] of this.#choices) group.select(look[name]);
    this.#motion.checked = look.motion;
  }
}
