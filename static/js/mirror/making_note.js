import { language } from "../i18n.js";

// What is there sooner needs no announcement.
const LONG_S = 3;

/** Says that the networks are still making what the mirror shows drawn, and for how long. */
export class MakingNote {
  #root = document.querySelector("#making");

  /** `engine` as in the {type: "stats"} message; null hides the note. */
  show(engine) {
    const remaining = engine?.remaining_s ?? null;
    const first = engine?.working && engine.keyframe_age_s === null;
    this.#root.hidden = !first || (remaining !== null && remaining < LONG_S);
    if (this.#root.hidden) return;
    const key = remaining === null ? "making.unknown" : "making.seconds";
    this.#root.textContent = language.text(key, { seconds: Math.ceil(remaining ?? 0) });
  }
}
