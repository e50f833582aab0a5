import { language } from "../i18n.js";
import { RadioGroup } from "./radio_group.js";
import { PhotoTile } from "./photo_tile.js";
import { StyleCard } from "./style_card.js";

/** The styles as pictures, one of them chosen, those that the finder keeps on show. */
export class Gallery {
  #cards = [];
  #tile = new PhotoTile();
  #chosen = "";
  #revealed = false;
  #group;
  #finder;
  #favourites;
  #root = document.querySelector("#styles");
  #nothing = document.querySelector("#nothing");
  #found = document.querySelector("#found");

  constructor(finder, favourites, onChoose) {
    this.#finder = finder;
    this.#favourites = favourites;
    this.#group = new RadioGroup(this.#root, onChoose);
    finder.addEventListener("change", () => this.#filter());
    favourites.addEventListener("change", () => this.#filter());
    document.querySelector("#clear-filters").addEventListener("click", () => {
      finder.clear();
      finder.focus();
    });
  }

  get cards() {
    return this.#cards;
  }

  fill(styles) {
    this.#cards = styles.map((style) => new StyleCard(style, (id) => this.#favourites.toggle(id)));
    this.#group.fill(this.#cards.map(({ root }) => root));
    this.#root.firstElementChild.after(this.#tile.root);
    this.#filter();
  }

  /** Mark the chosen style; `photo`: whether a photo of one's own is worn instead. */
  show(id, photo) {
    this.#tile.worn = photo;
    this.#chosen = id;
    this.#group.select(id);
    const card = this.#root.querySelector("[aria-checked=true]")?.parentElement;
    if (!card || this.#revealed) return;
    // Only once: a list that moves under the hand is a nuisance.
    this.#revealed = true;
    this.#reveal(card);
  }

  /** Choose the style that many places further on. */
  step(count) {
    this.#group.step(count);
    this.#reveal(this.#root.querySelector("[aria-checked=true]").parentElement);
  }

  name(id) {
    return this.#cards.find(({ style }) => style.id === id)?.name ?? "";
  }

  translate() {
    for (const card of this.#cards) card.translate();
    this.#tile.translate();
    this.#filter();
  }

  #reveal(card) {
    const { clientWidth: width, clientHeight: height, scrollLeft: left, scrollTop: top } = this.#root;
    const beside = card.offsetLeft < left || card.offsetLeft + card.clientWidth > left + width;
    const above = card.offsetTop < top || card.offsetTop + card.clientHeight > top + height;
    if (!beside && !above) return;
    this.#root.scrollTo(card.offsetLeft - (width - card.clientWidth) / 2, card.offsetTop - (height - card.clientHeight) / 2);
  }

  #filter() {
    for (const card of this.#cards) {
      card.root.hidden = !this.#finder.matches(card.style);
      card.favourite = this.#favourites.has(card.style.id);
    }
    const count = this.#cards.filter(({ root }) => !root.hidden).length;
    this.#tile.root.hidden = this.#finder.active;
    this.#root.hidden = this.#cards.length > 0 && count === 0;
    this.#nothing.hidden = !this.#root.hidden;
    this.#found.textContent = this.#finder.active ? language.text("find.count", { count }) : "";
    this.#group.select(this.#chosen);
  }
}
