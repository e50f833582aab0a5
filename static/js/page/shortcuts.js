import { language } from "../i18n.js";

const KEY = "livehair.shortcuts";
const TYPING = "input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]";

/** Single keys for what the page's buttons do, a list of them, and a switch that turns them off (WCAG 2.1.4). */
export class Shortcuts {
  #actions;
  #dialog = document.querySelector("#help");
  #switch = document.querySelector("#shortcuts");
  #held = null;

  /** `actions`: [[key, {text, press, release?}]], key as in KeyboardEvent, text a key of static/i18n. */
  constructor(actions) {
    this.#actions = new Map([...actions, ["?", { text: "help.open", press: () => this.#dialog.showModal() }]]);
    this.#switch.checked = localStorage.getItem(KEY) !== "off";
    this.#switch.addEventListener("change", () => localStorage.setItem(KEY, this.#switch.checked ? "on" : "off"));
    document.querySelector("#help-open").addEventListener("click", () => this.#dialog.showModal());
    document.querySelector("#help-close").addEventListener("click", () => this.#dialog.close());
    document.addEventListener("keydown", (event) => this.#down(event));
    document.addEventListener("keyup", ({ key }) => this.#held === key.toLowerCase() && this.#release());
    window.addEventListener("blur", () => this.#release());
    this.translate();
  }

  translate() {
    const rows = [...this.#actions].map(([key, { text }]) => {
      const [row, term, value, mark] = ["div", "dt", "dd", "kbd"].map((name) => document.createElement(name));
      mark.textContent = key.startsWith("Arrow") ? { ArrowLeft: "←", ArrowRight: "→" }[key] : key.toUpperCase();
      value.textContent = language.text(text);
      term.append(mark);
      row.append(term, value);
      return row;
    });
    document.querySelector("#keys").replaceChildren(...rows);
  }

  #down(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = this.#actions.get(key);
    const busy = event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
    if (!action || busy || !this.#switch.checked || document.querySelector("dialog[open]")) return;
    if (event.target.closest(TYPING) || (event.key.startsWith("Arrow") && event.target.closest("[role], input"))) return;
    event.preventDefault();
    if (action.release) this.#held = key;
    action.press();
  }

  #release() {
    const key = this.#held;
    this.#held = null;
    if (key) this.#actions.get(key).release();
  }
}
