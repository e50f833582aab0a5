const STEP = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Makes the buttons of a role="radiogroup" behave as one (WAI-ARIA radio group pattern); hidden ones are left out. */
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

  /** Replace the buttons: each has its value in `dataset.value`. An item may also be a box with one first in it. */
  fill(items) {
    for (const item of items) {
      const button = item.querySelector("button") ?? item;
      button.type = "button";
      button.setAttribute("role", "radio");
    }
    this.#root.replaceChildren(...items);
  }

  /** Mark the button of that value. */
  select(value) {
    const all = [...this.#root.querySelectorAll("[role=radio]")];
    const chosen = all.find((button) => button.dataset.value === value);
    const shown = this.#buttons();
    const entrance = shown.includes(chosen) ? chosen : shown[0];
    for (const button of all) {
      button.setAttribute("aria-checked", String(button === chosen));
      button.tabIndex = button === entrance ? 0 : -1;
    }
  }

  /** Choose the button that many places further on. */
  step(count) {
    const buttons = this.#buttons();
    if (!buttons.length) return;
    const at = buttons.findIndex((button) => button.getAttribute("aria-checked") === "true");
    const from = at < 0 && count < 0 ? 0 : at;
    this.#choose(buttons[(from + count + buttons.length) % buttons.length]);
  }

  #buttons() {
    const all = [...this.#root.querySelectorAll("[role=radio]")];
    return all.filter((button) => !button.hidden && !button.parentElement.hidden);
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
    event.stopPropagation();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    next.focus();
    this.#choose(next);
  }
}
