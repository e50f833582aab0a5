import { language } from "../i18n.js";
import { RadioGroup } from "./radio_group.js";

const SVG = "http://www.w3.org/2000/svg";

function placeholder() {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", "/static/icons.svg#head");
  svg.setAttribute("class", "placeholder");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function card(style) {
  const button = document.createElement("button");
  button.className = "card";
  button.dataset.value = style.id;
  button.dataset.testid = `style-${style.id}`;
  const picture = document.createElement("img");
  picture.alt = "";
  picture.loading = "lazy";
  picture.decoding = "async";
  picture.addEventListener("error", () => picture.replaceWith(placeholder()), { once: true });
  picture.src = style.thumbnail;
  const caption = document.createElement("span");
  caption.className = "caption";
  button.append(picture, caption);
  return button;
}

/** The styles as pictures, one of them chosen. */
export class Gallery {
  #styles = [];
  #revealed = false;
  #group;
  #root;
  #name;

  constructor(root, name, onChoose) {
    this.#root = root;
    this.#name = name;
    this.#group = new RadioGroup(root, onChoose);
  }

  fill(styles) {
    this.#styles = styles;
    this.#group.fill(styles.map(card));
    this.translate();
  }

  show(id) {
    this.#group.select(id);
    this.#name.value = this.#label(id);
    const card = this.#root.querySelector("[aria-checked=true]");
    if (!card || this.#revealed) return;
    // Only once: a list that moves under the hand is a nuisance.
    this.#revealed = true;
    this.#root.scrollTo(
      card.offsetLeft - (this.#root.clientWidth - card.clientWidth) / 2,
      card.offsetTop - (this.#root.clientHeight - card.clientHeight) / 2,
    );
  }

  translate() {
    for (const button of this.#root.children) {
      button.querySelector(".caption").textContent = this.#label(button.dataset.value);
    }
  }

  #label(id) {
    return this.#styles.find((style) => style.id === id)?.name[language.code] ?? "";
  }
}
