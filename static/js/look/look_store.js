import { DEFAULT_LOOK, isValid } from "./look_fields.js";

const KEY = "livehair.look";
const STEPS = 50;
// A dragged slider is one step to undo.
const STEP_MS = 800;
const NAMES = Object.keys(DEFAULT_LOOK);
// Known to a session only: they never reach storage, nor a link.
const PASSING = Object.freeze({ reference: null, color_reference: null, four: null });

function load() {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY)) ?? {};
    return Object.fromEntries(NAMES.map((name) => [name, isValid(name, saved[name]) ? saved[name] : DEFAULT_LOOK[name]]));
  } catch {
    return { ...DEFAULT_LOOK };
  }
}

/**
 * The chosen look, remembered by the browser, and for as long as the page is open the photos it takes its shape
 * (`reference`) and colour (`color_reference`) from, and the styles to show side by side (`four`).
 * Event: `change` (detail: the whole look).
 */
export class LookStore extends EventTarget {
  #look = { ...load(), ...PASSING };
  #past = [];
  #step = { names: "", time: -Infinity };

  get look() {
    return { ...this.#look };
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  /** A style takes the place of a photo's shape, a colour that of a photo's colour. */
  update(changes) {
    const names = Object.keys(changes).join();
    const now = performance.now();
    if (names !== this.#step.names || now - this.#step.time > STEP_MS) this.#past.push(this.#look);
    this.#past.splice(0, this.#past.length - STEPS);
    this.#step = { names, time: now };
    const released = {
      ...("style" in changes && { reference: null }),
      ...("color" in changes && { color_reference: null }),
    };
    this.#set({ ...this.#look, ...released, ...changes });
  }

  /** Take back the last change. */
  undo() {
    if (!this.canUndo) return;
    this.#step.names = "";
    this.#set(this.#past.pop());
  }

  /** Shape and colouring as the style itself has them. */
  reset() {
    const { style, color, motion, ...others } = DEFAULT_LOOK;
    this.update(others);
  }

  /** Forget a style or colour that the server does not have. */
  restrict(styleIds, colorIds) {
    const known = (color) => color === null || color.startsWith("#") || colorIds.includes(color);
    const changes = {};
    if (!styleIds.includes(this.#look.style)) changes.style = styleIds.find((id) => id !== "own") ?? "own";
    if (!known(this.#look.color)) changes.color = null;
    if (!known(this.#look.tip)) changes.tip = null;
    if (Object.keys(changes).length) this.#set({ ...this.#look, ...changes });
  }

  #set(look) {
    this.#look = look;
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(NAMES.map((name) => [name, look[name]]))));
    } catch {
      // Private windows may refuse storage; the look then lasts as long as the page.
    }
    this.dispatchEvent(new CustomEvent("change", { detail: this.look }));
  }
}
