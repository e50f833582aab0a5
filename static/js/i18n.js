import en from "../i18n/en.js";
import ko from "../i18n/ko.js";

const KEY = "livehair.language";
const TEXTS = { en, ko };

function preferred() {
  const saved = localStorage.getItem(KEY);
  const wanted = navigator.languages.map((code) => code.slice(0, 2).toLowerCase());
  return saved in TEXTS ? saved : (wanted.find((code) => code in TEXTS) ?? "en");
}

/** The page's language. Event: `change`. */
class Language extends EventTarget {
  #code = preferred();

  get code() {
    return this.#code;
  }

  /** The code of the language that a switch leads to. */
  get other() {
    return this.#code === "en" ? "ko" : "en";
  }

  /** Switch between the two languages, and remember it. */
  toggle() {
    this.#code = this.other;
    localStorage.setItem(KEY, this.#code);
    this.dispatchEvent(new Event("change"));
  }

  /** The text of `key`, with {name} replaced from `values`; the key itself where there is none. */
  text(key, values = {}) {
    const template = TEXTS[this.#code][key] ?? TEXTS.en[key] ?? key;
    return template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  has(key) {
    return key in TEXTS.en;
  }

  /** Fill every element marked data-i18n (its text), data-i18n-label (its accessible name) or data-i18n-placeholder. */
  apply(root = document) {
    document.documentElement.lang = this.#code;
    for (const element of root.querySelectorAll("[data-i18n]")) {
      element.textContent = this.text(element.dataset.i18n);
    }
    for (const element of root.querySelectorAll("[data-i18n-label]")) {
      const label = this.text(element.dataset.i18nLabel);
      element.setAttribute("aria-label", label);
      if (element instanceof HTMLButtonElement) element.title = label;
    }
    for (const element of root.querySelectorAll("[data-i18n-placeholder]")) {
      element.placeholder = this.text(element.dataset.i18nPlaceholder);
    }
  }
}

export const language = new Language();
