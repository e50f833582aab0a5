import { language } from "../i18n.js";

const TOAST_MS = 3500;
// What asks the user for something stays longer than what only tells.
const READING_MS = 7000;
const REQUESTS = new Set(["covered-hair", "lean"]);
// This one stays until the other takes it back.
const LASTING = "no-face";
const ENDED = "face-found";

/** What the page has to say: one error with an optional countdown and button, and passing toasts. */
export class Notices {
  #box = document.querySelector("#error");
  #text = document.querySelector("#error-text");
  #wait = document.querySelector("#error-wait");
  #action = document.querySelector("#error-action");
  #toast = document.querySelector("#toast");
  #countdown = 0;
  #toastTimer = 0;
  #shown = null;

  constructor() {
    this.#action.addEventListener("click", () => this.#shown?.retry());
    language.addEventListener("change", () => this.#shown && this.#write());
  }

  /** Show a PageError; `wait` counts down in seconds, `retry` is called by the button. */
  error(error, { wait = 0, retry = null } = {}) {
    this.#shown = { error, retry, until: performance.now() + wait * 1000, wait };
    this.#write();
    this.#box.dataset.code = error.code;
    this.#box.hidden = false;
    clearInterval(this.#countdown);
    if (wait) this.#countdown = setInterval(() => this.#count(), 250);
  }

  clear() {
    clearInterval(this.#countdown);
    this.#shown = null;
    this.#box.hidden = this.#toast.hidden = true;
    delete this.#box.dataset.code;
  }

  /** The code of the error on show, if any. */
  get code() {
    return this.#shown?.error.code;
  }

  /** A remark: the text of `code`, or the server's own sentence where the page has none. */
  notice(code, message = "") {
    const key = `notice.${code}`;
    clearTimeout(this.#toastTimer);
    this.#toast.textContent = language.has(key) ? language.text(key) : message;
    this.#toast.dataset.code = code;
    this.#toast.hidden = code === ENDED;
    const time = REQUESTS.has(code) ? READING_MS : TOAST_MS;
    if (code !== LASTING) this.#toastTimer = setTimeout(() => (this.#toast.hidden = true), time);
  }

  #write() {
    const { error, retry } = this.#shown;
    this.#text.textContent = language.text(`error.${error.code}`);
    if (error.code === "offer-refused") this.#text.textContent += ` ${error.detail}`;
    this.#action.textContent = language.text("action.retry");
    this.#action.hidden = !retry;
    this.#count();
  }

  #count() {
    const seconds = Math.max(0, Math.ceil((this.#shown.until - performance.now()) / 1000));
    this.#wait.textContent = this.#shown.wait && seconds ? language.text("error.wait", { seconds }) : "";
  }
}
