import { h } from "./dom.js";

const LARGEST = 6;
const STEP = 1.5;

/** A picture, and once it was edited a divider between before and after; both can be enlarged and moved about. */
export class PictureView {
  #before = h("img", { alt: "", draggable: "false", testid: "studio-before" });
  #after = h("img", { alt: "", draggable: "false", testid: "studio-after" });
  #divider = h("input", { type: "range", min: "0", max: "100", value: "50", label: "compare.divider", testid: "studio-divider" });
  #layers = h("div.layers", {}, h("div.layer", {}, this.#before), h("div.layer.edited", {}, this.#after));
  #split = h(
    "div.split",
    { hidden: true },
    h("span.tag.left", { i18n: "compare.before" }),
    h("span.tag.right", { i18n: "compare.after" }),
    h("span.line", { "aria-hidden": "true" }),
    this.#divider,
  );
  #zoom = 1;
  #x = 0;
  #y = 0;
  #pointers = new Map();
  root = h("div.picture", { hidden: true }, this.#layers, this.#split);

  constructor() {
    this.#divider.addEventListener("input", () => this.#place());
    this.#before.addEventListener("load", () => this.#fit(this.#before.naturalWidth / this.#before.naturalHeight));
    this.root.addEventListener("pointerdown", (event) => this.#press(event));
    this.root.addEventListener("pointermove", (event) => this.#drag(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.root.addEventListener(name, ({ pointerId }) => this.#pointers.delete(pointerId));
    }
    this.root.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** Show a picture by its URL; `text` describes it. */
  show(url, text) {
    this.#before.src = url;
    this.#before.alt = text;
    this.showResult("");
    this.zoom(0);
  }

  /** Lay the edited picture over it; "" takes it away. */
  showResult(url, text = "") {
    this.#split.hidden = !url;
    this.#layers.classList.toggle("compared", Boolean(url));
    if (url) this.#after.src = url;
    else this.#after.removeAttribute("src");
    this.#after.alt = text;
    this.#divider.value = 50;
    this.#place();
  }

  /** Enlarge by one step (1), back by one (-1), or show it whole (0). */
  zoom(direction) {
    // Faces are in the upper half.
    this.#scale(direction === 0 ? 1 : this.#zoom * STEP ** direction, 0, -this.root.clientHeight / 5);
  }

  #place() {
    this.root.style.setProperty("--split", `${this.#divider.value}%`);
  }

  #fit(ratio) {
    this.root.parentElement.style.setProperty("--ratio", ratio);
  }

  /** Scale to `zoom` about a point, in px from the middle. */
  #scale(zoom, x, y) {
    const next = Math.min(LARGEST, Math.max(1, zoom));
    this.#x = x + ((this.#x - x) * next) / this.#zoom;
    this.#y = y + ((this.#y - y) * next) / this.#zoom;
    this.#zoom = next;
    this.#move(0, 0);
  }

  #move(x, y) {
    const { width, height } = this.root.getBoundingClientRect();
    const most = (side) => ((this.#zoom - 1) * side) / 2;
    this.#x = Math.min(most(width), Math.max(-most(width), this.#x + x));
    this.#y = Math.min(most(height), Math.max(-most(height), this.#y + y));
    this.root.classList.toggle("enlarged", this.#zoom > 1);
    this.#layers.style.setProperty("--shift", `${this.#x}px ${this.#y}px`);
    this.#layers.style.setProperty("--zoom", this.#zoom);
  }

  #wheel(event) {
    if (!event.ctrlKey && this.#zoom === 1) return;
    event.preventDefault();
    const [x, y] = this.#fromMiddle(event);
    this.#scale(this.#zoom * Math.exp(-event.deltaY / 300), x, y);
  }

  #press(event) {
    if (event.target !== this.#divider || this.#zoom === 1) this.#pointers.set(event.pointerId, event);
  }

  #drag(event) {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    this.#pointers.set(event.pointerId, event);
    if (this.#pointers.size === 2) {
      const [other] = [...this.#pointers.values()].filter(({ pointerId }) => pointerId !== event.pointerId);
      const distance = (from) => Math.hypot(from.clientX - other.clientX, from.clientY - other.clientY);
      const [x, y] = this.#fromMiddle(other);
      this.#scale((this.#zoom * distance(event)) / Math.max(1, distance(last)), x, y);
    } else if (this.#zoom > 1) this.#move(event.clientX - last.clientX, event.clientY - last.clientY);
  }

  #fromMiddle({ clientX, clientY }) {
    const { left, top, width, height } = this.root.getBoundingClientRect();
    return [clientX - left - width / 2, clientY - top - height / 2];
  }
}
