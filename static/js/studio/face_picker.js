import { language } from "../i18n.js";
import { h } from "./dom.js";

/** Boxes about the faces of a picture, one of which is to be chosen. */
export class FacePicker {
  root = h("div.faces", { role: "group", label: "studio.faces", hidden: true });
  #onChoose;

  /** `onChoose(index)`: counted from the left. */
  constructor(onChoose) {
    this.#onChoose = onChoose;
  }

  /** Show boxes `faces` [[x, y, width, height], …], in shares of the picture that lies under `root`. */
  show(faces) {
    this.root.replaceChildren(
      ...faces.map(([x, y, width, height], index) => {
        const number = index + 1;
        const button = h(
          "button.face",
          { testid: `face-${index}`, click: () => this.#onChoose(index) },
          h("span", { "aria-hidden": "true" }, String(number)),
        );
        button.setAttribute("aria-label", language.text("studio.face", { number, count: faces.length }));
        const share = (value) => `${100 * value}%`;
        Object.assign(button.style, { left: share(x), top: share(y), width: share(width), height: share(height) });
        return button;
      }),
    );
    this.root.hidden = false;
    this.root.firstElementChild?.focus();
  }

  hide() {
    this.root.hidden = true;
    this.root.replaceChildren();
  }
}
