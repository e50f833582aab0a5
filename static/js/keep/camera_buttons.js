import { language } from "../i18n.js";
import { Keepsake } from "./keepsake.js";
import { Recorder } from "./recorder.js";
import { Snapshot } from "./snapshot.js";

/** The shutter and the record button of the mirror. */
export class CameraButtons {
  #recorder = new Recorder();
  #record = document.querySelector("#record");
  #timer = document.querySelector("#recording");
  #frame = document.querySelector("#mirror");
  #keepsake;
  #mirror;
  #looks;

  constructor({ mirror, looks, notices }) {
    this.#mirror = mirror;
    this.#looks = looks;
    this.#keepsake = new Keepsake(notices);
    document.querySelector("#snapshot").addEventListener("click", () => this.#shoot());
    this.#record.hidden = !Recorder.supported;
    this.#record.addEventListener("click", () => this.#toggle());
    this.#recorder.addEventListener("tick", ({ detail }) => this.#count(detail));
    this.#recorder.addEventListener("done", ({ detail }) => this.#recorded(detail));
    this.#frame.addEventListener("animationend", () => this.#frame.classList.remove("flash"));
  }

  /** End a recording that goes on, and show it. */
  finish() {
    this.#recorder.stop();
  }

  #shoot() {
    this.#frame.classList.add("flash");
    this.#keepsake.picture(new Snapshot(this.#mirror.remote, this.#mirror.mirrored), this.#looks.look.style);
  }

  #toggle() {
    if (this.#recorder.on) return this.#recorder.stop();
    this.#recorder.start(this.#mirror.remote.srcObject);
    this.#show(true);
  }

  #count(seconds) {
    this.#timer.textContent = language.text("keep.recording", { seconds });
  }

  #recorded(blob) {
    this.#show(false);
    if (blob.size) this.#keepsake.video(blob, this.#looks.look.style);
  }

  #show(on) {
    this.#timer.hidden = !on;
    this.#record.setAttribute("aria-pressed", String(on));
    const label = this.#record.querySelector("span");
    label.dataset.i18n = on ? "action.record-stop" : "action.record";
    label.textContent = language.text(label.dataset.i18n);
  }
}
