// A tap is no hold.
const DELAY_MS = 140;

/** Before, for as long as the picture is held. */
export class HoldBefore {
  #frame;
  #tag = document.querySelector("#held");
  #timer = 0;
  #onHeld;

  /** `onHeld()`: called whenever it begins. */
  constructor(frame, onHeld) {
    this.#frame = frame;
    this.#onHeld = onHeld;
    frame.addEventListener("pointerdown", (event) => this.#pressed(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      frame.addEventListener(name, () => this.show(false));
    }
    // Phones answer a long press with a menu.
    frame.addEventListener("contextmenu", (event) => this.#isPicture(event.target) && event.preventDefault());
    window.addEventListener("blur", () => this.show(false));
  }

  show(on) {
    clearTimeout(this.#timer);
    this.#frame.classList.toggle("holding", on);
    this.#tag.hidden = !on;
    if (on) this.#onHeld();
  }

  #pressed({ target, button }) {
    if (button !== 0 || !this.#isPicture(target)) return;
    this.#timer = setTimeout(() => this.show(true), DELAY_MS);
  }

  #isPicture(target) {
    return target === this.#frame || target instanceof HTMLVideoElement;
  }
}
