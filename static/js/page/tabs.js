const STEP = { ArrowRight: 1, ArrowLeft: -1 };

/** A role="tablist" and the panels its tabs name in aria-controls (WAI-ARIA tabs pattern). */
export class Tabs {
  #tabs;
  #onChoose;

  /** `onChoose(id)`: called with the chosen panel's id whenever another one is shown. */
  constructor(root, onChoose = () => undefined) {
    this.#tabs = [...root.querySelectorAll("[role=tab]")];
    this.#onChoose = onChoose;
    root.addEventListener("click", ({ target }) => this.#clicked(target.closest("[role=tab]")));
    root.addEventListener("keydown", (event) => this.#move(event));
    this.#mark(this.#tabs[0]);
  }

  /** The id of the panel on show. */
  get chosen() {
    return this.#tabs.find((tab) => tab.getAttribute("aria-selected") === "true").getAttribute("aria-controls");
  }

  choose(id) {
    this.#clicked(this.#tabs.find((tab) => tab.getAttribute("aria-controls") === id));
  }

  #clicked(tab) {
    if (!tab || tab.getAttribute("aria-selected") === "true") return;
    this.#mark(tab);
    this.#onChoose(this.chosen);
  }

  #mark(chosen) {
    for (const tab of this.#tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
    }
  }

  #move(event) {
    const at = this.#tabs.indexOf(document.activeElement);
    const ends = { Home: 0, End: this.#tabs.length - 1 };
    const next = event.key in STEP ? (at + STEP[event.key] + this.#tabs.length) % this.#tabs.length : ends[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    this.#tabs[next].focus();
    this.#clicked(this.#tabs[next]);
  }
}
