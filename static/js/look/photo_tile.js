import { language } from "../i18n.js";
import { icon } from "../page/icon.js";

/** The place in the gallery that leads to hair from a photo of one's own, and the way back. */
export class PhotoTile {
  root = document.createElement("div");
  #button = document.createElement("button");
  #caption = document.createElement("span");
  #pane = document.querySelector("#pane-style");
  #view = document.querySelector("#from-photo");
  #back = document.querySelector("#from-photo-back");

  constructor() {
    this.root.className = "cell photo-tile";
    Object.assign(this.#button, { type: "button", className: "card" });
    this.#button.dataset.testid = "from-photo";
    this.#button.setAttribute("aria-controls", "from-photo");
    const picture = document.createElement("span");
    picture.className = "tile-picture";
    picture.append(icon("photo-add"));
    this.#caption.className = "caption-text";
    this.#button.append(picture, this.#caption);
    this.root.append(this.#button);
    this.#button.addEventListener("click", () => this.#open(true));
    this.#back.addEventListener("click", () => this.#open(false));
    this.translate();
  }

  /** Whether the look takes its shape or colour from a photo. */
  set worn(worn) {
    this.root.classList.toggle("worn", worn);
  }

  translate() {
    this.#caption.textContent = language.text("find.from-photo");
  }

  #open(open) {
    this.#view.hidden = !open;
    this.#pane.classList.toggle("at-photo", open);
    (open ? this.#back : this.#button).focus();
  }
}
