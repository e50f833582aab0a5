import { fetchStyles } from "../api.js";
import { language } from "../i18n.js";
import { h } from "./dom.js";

const COUNT = 4;
const OWN = "own";

/** Four styles side by side on the live face, one of which a tap or its number chooses. */
export class FourView {
  #looks;
  #mirror = document.querySelector("#mirror");
  #button = document.querySelector("#four");
  #favourites;
  #onEnter;
  #styles = [];
  #shown = null;
  #root = h("div.four", { role: "group", label: "studio.four", hidden: true, testid: "four-tiles" });

  /** `favourites()`: the ids of favourite styles, the best first; `onEnter()`: called when the mirror divides. */
  constructor(looks, { favourites, onEnter }) {
    this.#looks = looks;
    this.#favourites = favourites;
    this.#onEnter = onEnter;
    this.#mirror.append(this.#root);
    this.#button.addEventListener("click", () => (this.#shown ? this.leave() : this.#enter()));
    document.querySelector("#compare").addEventListener("click", () => this.leave());
    // Before the page's own shortcuts, which give some of these keys another meaning.
    window.addEventListener("keydown", (event) => this.#key(event), { capture: true });
    looks.addEventListener("change", ({ detail }) => this.#changed(detail));
    language.addEventListener("change", () => this.#label());
    // Left and right change over with the mirror; and who stops has nothing left to choose from.
    new MutationObserver(() => this.#shown && this.#send()).observe(this.#mirror, { attributeFilter: ["class"] });
    new MutationObserver(() => document.body.dataset.state === "live" || this.leave()).observe(document.body, {
      attributeFilter: ["data-state"],
    });
  }

  leave() {
    if (!this.#shown) return;
    this.#close();
    this.#looks.update({ four: null });
  }

  async #enter() {
    if (!this.#styles.length) this.#styles = await fetchStyles();
    const { style } = this.#looks.look;
    const ids = this.#styles.map(({ id }) => id);
    const at = ids.indexOf(style);
    const neighbours = [...ids.slice(at + 1), ...ids.slice(0, at)].filter((id) => id !== OWN);
    const liked = this.#favourites().filter((id) => ids.includes(id));
    this.#shown = [...new Set([style, ...liked, ...neighbours])].slice(0, COUNT);
    this.#root.replaceChildren(...this.#shown.map((id, index) => this.#tile(id, index)));
    this.#label();
    this.#root.hidden = false;
    this.#mirror.classList.add("divided");
    this.#button.setAttribute("aria-pressed", "true");
    this.#send();
    this.#onEnter();
  }

  #close() {
    this.#shown = null;
    this.#root.hidden = true;
    this.#root.replaceChildren();
    this.#mirror.classList.remove("divided");
    this.#button.setAttribute("aria-pressed", "false");
  }

  /** Tell the server; a mirrored picture shows its left tiles on the right. */
  #send() {
    const [first, second, third, fourth] = this.#shown;
    const mirrored = this.#mirror.classList.contains("mirrored");
    const four = mirrored ? [second, first, fourth, third] : this.#shown;
    if (String(four) !== String(this.#looks.look.four)) this.#looks.update({ four });
  }

  #tile(id, index) {
    const number = h("kbd", { "aria-hidden": "true" }, String(index + 1));
    return h("button.tile", { testid: `four-${id}`, click: () => this.#choose(id) }, h("span.chip", {}, number, h("span")));
  }

  #label() {
    for (const [index, id] of (this.#shown ?? []).entries()) {
      const name = this.#styles.find((style) => style.id === id).name[language.code];
      const tile = this.#root.children[index];
      tile.querySelector("span > span").textContent = name;
      tile.setAttribute("aria-label", language.text("studio.four-choose", { name, number: index + 1 }));
    }
  }

  #choose(id) {
    this.#close();
    this.#looks.update({ style: id, four: null });
    this.#button.focus();
  }

  #key(event) {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (!this.#shown || ctrlKey || metaKey || altKey || target.closest?.("input, select, dialog")) return;
    const id = this.#shown[Number(key) - 1];
    if (!id && key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (id) this.#choose(id);
    else this.leave();
  }

  /** A style chosen elsewhere is what the visitor wants to see; and who undoes the division is back. */
  #changed({ style, four }) {
    if (!this.#shown && four) this.#looks.update({ four: null });
    else if (this.#shown && !four) this.#close();
    else if (this.#shown && style !== this.#shown[0]) this.leave();
  }
}
