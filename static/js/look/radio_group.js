const STEP = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Makes the buttons of a role="radiogroup" behave as one (WAI-ARIA radio group pattern). */
export class RadioGroup {
  #root;
  #onChoose;

  /** `onChoose(value)` is called when the user picks a button. */
  constructor(root, onChoose) {
    this.#root = root;
    this.#onChoose = onChoose;
    root.addEventListener("click", ({ target }) => this.#choose(target.closest("[role=radio]")));
    root.addEventListener("keydown", (event) => this.#move(event));
  }

  /** Replace the buttons: each has its value in `dataset.value`. */
  fill(buttons) {
    for (const button of buttons) {
      button.type = "button";
      button.setAttribute("role", "radio");
    }
    this.#root.replaceChildren(...buttons);
  }

  /** Mark the button of that value. */
  select(value) {
    const buttons = this.#buttons();
    const chosen = buttons.find((button) => button.dataset.value === value);
    for (const button of buttons) {
      button.setAttribute("aria-checked", String(button === chosen));
      button.tabIndex = button === (chosen ?? buttons[0]) ? 0 : -1;
    }
  }

  #buttons() {
    return [...this.#root.querySelectorAll("[role=radio]")];
  }

  #choose(button) {
    if (!button) return;
    this.select(button.dataset.value);
    this.#onChoose(button.dataset.value);
  }

  #move(event) {
    const step = STEP[event.key];
    const buttons = this.#buttons();
    const at = buttons.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    next.focus();
    this.#choose(next);
  }
}
