import { language } from "../i18n.js";
import { RadioGroup } from "../look/radio_group.js";
import { icon } from "../page/icon.js";
import { h } from "./dom.js";

const MODES = ["shape", "color", "both"];

/** What can be done with the picture on the table: what to change, the work and its progress, and the result. */
export class Deck {
  mode = "both";
  #modes = h("div.segments", { role: "radiogroup", label: "studio.mode" });
  #apply = h("button.primary", { i18n: "studio.apply", testid: "studio-apply" });
  #bar = h("progress", { max: "1", label: "studio.progress", testid: "studio-progress" });
  #phase = h("p.phase", { "aria-hidden": "true" });
  #said = h("p.visually-hidden", { role: "status", testid: "studio-said" });
  #cancel = h("button.secondary", { i18n: "studio.cancel", testid: "studio-cancel" });
  #error = h("p.studio-error", { role: "alert", hidden: true, testid: "studio-error" });
  #begin = h("div.deck-row", {}, this.#modes, this.#apply);
  #work = h("div.deck-row.work", {}, this.#phase, this.#bar, this.#cancel);
  #download = h("button.secondary", { i18n: "studio.download", testid: "studio-download" });
  #share = h("button.quiet", { i18n: "studio.share", testid: "studio-share" });
  #smaller = h("button.round", { label: "studio.zoom-out", testid: "studio-zoom-out" }, icon("minus"));
  #larger = h("button.round", { label: "studio.zoom-in", testid: "studio-zoom-in" }, icon("plus"));
  #face = h("button.quiet", { i18n: "studio.other-face", testid: "studio-other-face" });
  #fresh = h("button.quiet", { i18n: "studio.fresh", testid: "studio-fresh" });
  #after = h(
    "div.deck-row.after",
    {},
    this.#download,
    this.#share,
    this.#smaller,
    this.#larger,
    this.#face,
    this.#fresh,
  );
  #failure = null;
  #progress = ["sending", 0];
  root = h("div.deck", { hidden: true }, this.#said, this.#error, this.#begin, this.#work, this.#after);

  /** `actions`: functions apply, cancel, download, share, zoom(direction), otherFace and fresh. */
  constructor({ apply, cancel, download, share, zoom, otherFace, fresh }) {
    const modes = new RadioGroup(this.#modes, (mode) => (this.mode = mode));
    modes.fill(MODES.map((mode) => this.#modeButton(mode)));
    modes.select(this.mode);
    for (const [button, act] of [
      [this.#apply, apply],
      [this.#cancel, cancel],
      [this.#download, download],
      [this.#share, share],
      [this.#smaller, () => zoom(-1)],
      [this.#larger, () => zoom(1)],
      [this.#face, otherFace],
      [this.#fresh, fresh],
    ]) {
      button.addEventListener("click", act);
    }
    language.addEventListener("change", () => {
      this.fail(this.#failure);
      this.progress(...this.#progress);
    });
  }

  /**
   * `state`: "empty" or "camera" (nothing is on the table yet), "ready" (something is), "faces" (one is to be chosen),
   * "working" or "done"; `picture`: it is one, not a video; `several`: it has several faces; `shareable`: the result can be shared.
   */
  show(state, { picture, several, shareable }) {
    const working = state === "working";
    const laid = !["empty", "camera"].includes(state);
    const focused = this.root.contains(document.activeElement);
    this.#begin.hidden = !laid || working || state === "faces";
    this.#work.hidden = !working;
    this.#after.hidden = !laid || working;
    this.#download.hidden = state !== "done";
    this.#share.hidden = state !== "done" || !shareable;
    this.#smaller.hidden = this.#larger.hidden = !picture || state === "faces";
    this.#face.hidden = !several || state === "faces";
    if (!working) this.#say(state !== "done" ? null : picture ? "studio.done" : "studio.done-video");
    // A button that vanishes under the finger must not take the keyboard's place with it.
    if (focused && working) this.#cancel.focus();
    else if (focused && state === "done") this.#download.focus();
    else if (focused && state === "ready") this.#apply.focus();
  }

  /** `phase`: sending or working; `share` 0..1. */
  progress(phase, share) {
    this.#progress = [phase, share];
    const percent = share > 0 ? ` ${Math.round(100 * share)} %` : "";
    this.#phase.textContent = language.text(`studio.${phase}`) + percent;
    if (!this.#work.hidden) this.#say(`studio.${phase}`);
    // Work that has not yet begun waits its turn, and nobody knows how long.
    if (phase === "working" && share === 0) this.#bar.removeAttribute("value");
    else this.#bar.value = share;
  }

  /** To the button that begins. */
  focus() {
    this.#apply.focus();
  }

  get failed() {
    return this.#failure !== null;
  }

  /** Show an UploadError; null takes it away. */
  fail(error) {
    this.#failure = error;
    this.#error.hidden = !error;
    this.#error.textContent = error?.sentence ?? "";
    this.#error.dataset.code = error?.code ?? "";
  }

  /** Tell who listens, once; in another language when that is chosen. */
  #say(key) {
    const text = key ? language.text(key) : "";
    if (key) this.#said.dataset.i18n = key;
    else delete this.#said.dataset.i18n;
    if (this.#said.textContent !== text) this.#said.textContent = text;
  }

  #modeButton(mode) {
    const button = h("button", { i18n: `studio.mode-${mode}`, testid: `mode-${mode}` });
    button.dataset.value = mode;
    return button;
  }
}
