import { language } from "../i18n.js";
import { toHex, toHsl } from "./hsl.js";

const TURNS = { ArrowLeft: -3, ArrowRight: 3, PageDown: -30, PageUp: 30 };
const STRENGTHS = { ArrowUp: 0.04, ArrowDown: -0.04 };

function part(name, className) {
  const element = document.createElement(name);
  element.className = className;
  return element;
}

/** Hue around the disc and strength from its middle to its rim, lightness on a slider, and the colour's #RRGGBB. */
export class ColorWheel {
  #root;
  #disc = part("div", "disc");
  #knob = part("span", "knob");
  #lightness = part("input", "lightness");
  #hex = part("input", "hex");
  #texts = [];
  #hsl = [330, 0.4, 0.35];
  #onChoose;

  /** `onChoose(hex)`; parts carry data-testid `<prefix>-wheel`, `<prefix>-lightness` and `<prefix>-hex`. */
  constructor(root, prefix, onChoose) {
    this.#root = root;
    this.#onChoose = onChoose;
    this.#disc.setAttribute("role", "slider");
    this.#disc.tabIndex = 0;
    Object.entries({ min: 0, max: 359 }).forEach(([end, value]) => this.#disc.setAttribute(`aria-value${end}`, value));
    Object.assign(this.#lightness, { type: "range", min: 4, max: 96, step: 1 });
    Object.assign(this.#hex, { type: "text", maxLength: 7, spellcheck: false, autocomplete: "off" });
    this.#disc.dataset.testid = `${prefix}-wheel`;
    this.#lightness.dataset.testid = `${prefix}-lightness`;
    this.#hex.dataset.testid = `${prefix}-hex`;
    this.#disc.append(this.#knob);
    root.append(this.#disc, this.#field("color.lightness", this.#lightness), this.#field("color.hex", this.#hex));
    this.#listen();
    this.translate();
  }

  get hex() {
    return toHex(...this.#hsl);
  }

  /** Show a colour, #RRGGBB. */
  show(hex) {
    if (hex.toUpperCase() !== this.hex) this.#hsl = toHsl(hex);
    this.#draw();
  }

  set hidden(hidden) {
    this.#root.hidden = hidden;
  }

  translate() {
    this.#disc.setAttribute("aria-label", language.text("color.wheel"));
    for (const [span, key] of this.#texts) span.textContent = language.text(key);
    this.#draw();
  }

  #field(key, input) {
    const label = part("label", `wheel-field ${input.className}-field`);
    const span = document.createElement("span");
    this.#texts.push([span, key]);
    label.append(span, input);
    return label;
  }

  #listen() {
    this.#disc.addEventListener("pointerdown", (event) => {
      this.#disc.setPointerCapture(event.pointerId);
      this.#point(event);
    });
    this.#disc.addEventListener("pointermove", (event) => {
      if (this.#disc.hasPointerCapture(event.pointerId)) this.#point(event);
    });
    this.#disc.addEventListener("keydown", (event) => this.#move(event));
    this.#lightness.addEventListener("input", () => this.#set({ lightness: this.#lightness.value / 100 }));
    this.#hex.addEventListener("change", () => {
      const value = this.#hex.value.trim().replace(/^#?/, "#");
      if (/^#[0-9a-f]{6}$/i.test(value)) {
        this.#hsl = toHsl(value);
        this.#set({});
      } else this.#draw();
    });
  }

  #point({ clientX, clientY }) {
    const { left, top, width, height } = this.#disc.getBoundingClientRect();
    const x = (2 * (clientX - left)) / width - 1;
    const y = (2 * (clientY - top)) / height - 1;
    this.#set({ hue: ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360, saturation: Math.min(1, Math.hypot(x, y)) });
  }

  #move(event) {
    const [hue, saturation] = this.#hsl;
    if (event.key in TURNS) this.#set({ hue: (hue + TURNS[event.key] + 360) % 360 });
    else if (event.key in STRENGTHS) {
      this.#set({ saturation: Math.min(1, Math.max(0, saturation + STRENGTHS[event.key])) });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #set({ hue = this.#hsl[0], saturation = this.#hsl[1], lightness = this.#hsl[2] }) {
    this.#hsl = [hue, saturation, lightness];
    this.#draw();
    this.#onChoose(this.hex);
  }

  #draw() {
    const [hue, saturation, lightness] = this.#hsl;
    const angle = (hue * Math.PI) / 180;
    this.#knob.style.left = `${50 + 50 * saturation * Math.cos(angle)}%`;
    this.#knob.style.top = `${50 + 50 * saturation * Math.sin(angle)}%`;
    this.#knob.style.backgroundColor = this.hex;
    this.#lightness.style.setProperty("--pure", toHex(hue, saturation, 0.5));
    this.#lightness.value = Math.round(100 * lightness);
    if (document.activeElement !== this.#hex) this.#hex.value = this.hex;
    this.#disc.setAttribute("aria-valuenow", Math.round(hue) % 360);
    const values = { hue: Math.round(hue) % 360, strength: Math.round(100 * saturation) };
    this.#disc.setAttribute("aria-valuetext", language.text("color.wheel-value", values));
  }
}
