import { language } from "../i18n.js";
import { icon } from "../page/icon.js";

/** One style of the gallery: its picture, its name, and a heart that keyboards reach by a key instead. */
export class StyleCard {
  root = document.createElement("div");
  style;
  #button = document.createElement("button");
  #picture = document.createElement("img");
  #caption = document.createElement("span");
  #heart = document.createElement("button");

  constructor(style, onHeart) {
    this.style = style;
    this.root.className = "cell";
    this.#button.className = "card";
    this.#button.dataset.value = style.id;
    this.#button.dataset.testid = `style-${style.id}`;
    Object.assign(this.#picture, { alt: "", loading: "lazy", decoding: "async", src: style.thumbnail });
    this.#picture.addEventListener("error", () => this.#picture.replaceWith(icon("head", "placeholder")), { once: true });
    this.#caption.className = "caption-text";
    this.#button.append(this.#picture, this.#caption);
    Object.assign(this.#heart, { type: "button", className: "heart", tabIndex: -1 });
    this.#heart.dataset.testid = `heart-${style.id}`;
    this.#heart.append(icon("heart"));
    this.#heart.addEventListener("click", () => onHeart(style.id));
    this.root.append(this.#button, this.#heart);
    this.translate();
  }

  get name() {
    return this.style.name[language.code];
  }

  translate() {
    this.#caption.textContent = this.name;
    this.#heart.setAttribute("aria-label", language.text("look.favourite-of", { style: this.name }));
  }

  set favourite(on) {
    this.#heart.setAttribute("aria-pressed", String(on));
  }

  /** Another picture, such as one on the visitor's own face; null is the gallery's own again. */
  show(url) {
    this.#picture.src = url ?? this.style.thumbnail;
  }

  set loading(on) {
    this.root.classList.toggle("loading", on);
  }
}
