const KEY = "livehair.look";

export const DEFAULT_LOOK = Object.freeze({
  style: "long-wavy",
  color: null,
  tip: null,
  length: 1,
  volume: 1,
  curl: 1,
  density: 1,
  part: "auto",
  fringe: "auto",
  gradient: "plain",
  gloss: 1,
  dye: "bleach",
  coverage: 1,
  motion: !matchMedia("(prefers-reduced-motion: reduce)").matches,
});

// Known to a session only: they never reach storage, nor a link.
const PASSING = Object.freeze({ reference: null, color_reference: null, four: null });

function load() {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY)) ?? {};
    return Object.fromEntries(Object.keys(DEFAULT_LOOK).map((key) => [key, saved[key] ?? DEFAULT_LOOK[key]]));
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

  get look() {
    return { ...this.#look };
  }

  /** A style takes the place of a photo's shape, a colour that of a photo's colour. */
  update(changes) {
    const released = {
      ...("style" in changes && { reference: null }),
      ...("color" in changes && { color_reference: null }),
    };
    this.#look = { ...this.#look, ...released, ...changes };
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...this.#look, ...PASSING }));
    } catch {
      // Private windows may refuse storage; the look then lasts as long as the page.
    }
    this.dispatchEvent(new CustomEvent("change", { detail: this.look }));
  }

  /** Forget a style or colour that the server does not have. */
  restrict(styleIds, colorIds) {
    const known = (color) => color === null || color.startsWith("#") || colorIds.includes(color);
    const changes = {};
    if (!styleIds.includes(this.#look.style)) changes.style = styleIds.find((id) => id !== "own") ?? "own";
    if (!known(this.#look.color)) changes.color = null;
    if (!known(this.#look.tip)) changes.tip = null;
    if (Object.keys(changes).length) this.update(changes);
  }
}
