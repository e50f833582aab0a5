const KEY = "livehair.coached";

/** A hint that is given once in this browser, over the first picture. */
export class Coach {
  #root = document.querySelector("#coach");
  #done = localStorage.getItem(KEY) !== null;

  constructor() {
    document.querySelector("#coach-done").addEventListener("click", () => this.dismiss());
  }

  show() {
    this.#root.hidden = this.#done;
  }

  hide() {
    this.#root.hidden = true;
  }

  /** The visitor knows it now. */
  dismiss() {
    if (!this.#done) localStorage.setItem(KEY, "1");
    this.#done = true;
    this.hide();
  }
}
