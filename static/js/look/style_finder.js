import { language } from "../i18n.js";

const FILTERS = {
  length: ["short", "medium", "long"],
  texture: ["straight", "wavy", "c-curl", "curly", "coily", "braids"],
  fringe: ["fringe", "curtain", "none"],
};
const FRINGES = ["fringe", "curtain"];

/** Search, filters and "favourites only" over the styles. Event: `change`. */
export class StyleFinder extends EventTarget {
  #favourites;
  #search = document.querySelector("#search");
  #hearts = document.querySelector("#favourites-only");
  #filters = Object.keys(FILTERS).map((name) => [name, document.querySelector(`#filter-${name}`)]);

  constructor(favourites) {
    super();
    this.#favourites = favourites;
    this.#search.addEventListener("input", () => this.#changed());
    for (const [, select] of this.#filters) select.addEventListener("change", () => this.#changed());
    this.#hearts.addEventListener("click", () => {
      this.#hearts.setAttribute("aria-pressed", String(!this.#onlyHearts));
      this.#changed();
    });
    this.translate();
  }

  get active() {
    return Boolean(this.#search.value.trim()) || this.#onlyHearts || this.#filters.some(([, { value }]) => value);
  }

  clear() {
    this.#search.value = "";
    this.#hearts.setAttribute("aria-pressed", "false");
    for (const [, select] of this.#filters) select.value = "";
    this.#changed();
  }

  focus() {
    this.#search.focus();
  }

  /** Whether a style of the gallery is wanted. */
  matches({ id, name, tags }) {
    if (this.#onlyHearts && !this.#favourites.has(id)) return false;
    const kept = this.#filters.every(([, { value }]) => {
      if (value === "none") return !tags.some((tag) => FRINGES.includes(tag)) && id !== "own";
      return !value || tags.includes(value);
    });
    if (!kept) return false;
    const texts = [name.en, name.ko, ...tags, ...tags.map((tag) => language.text(`tag.${tag}`))].join(" ").toLowerCase();
    return this.#search.value.toLowerCase().split(/\s+/).every((word) => texts.includes(word));
  }

  translate() {
    for (const [name, select] of this.#filters) {
      const { value } = select;
      const options = FILTERS[name].map((tag) => {
        return new Option(language.text(name === "fringe" && tag === "none" ? "tag.no-fringe" : `tag.${tag}`), tag);
      });
      select.replaceChildren(new Option(language.text(`find.${name}`), ""), ...options);
      select.value = value;
    }
  }

  get #onlyHearts() {
    return this.#hearts.getAttribute("aria-pressed") === "true";
  }

  #changed() {
    for (const [, select] of this.#filters) select.classList.toggle("chosen", Boolean(select.value));
    this.dispatchEvent(new Event("change"));
  }
}
