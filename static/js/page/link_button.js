import { lookLink, readLookLink } from "../look/look_link.js";

/** Gives out the address that carries the look, and takes such an address in when the page is opened with it. */
export class LinkButton {
  #looks;
  #notices;

  constructor(looks, notices) {
    this.#looks = looks;
    this.#notices = notices;
    document.querySelector("#copy-link").addEventListener("click", () => this.copy());
    window.addEventListener("hashchange", () => this.read());
  }

  async copy() {
    const link = lookLink(this.#looks.look);
    try {
      await navigator.clipboard.writeText(link);
      this.#notices.notice("link-copied");
    } catch {
      // Without a secure page or the right to the clipboard the address bar holds it just as well.
      history.replaceState(null, "", link);
      this.#notices.notice("link-shown");
    }
  }

  read() {
    const look = readLookLink(location.hash);
    if (!look) return;
    history.replaceState(null, "", location.pathname + location.search);
    this.#looks.update(look);
    this.#notices.notice("link-applied");
  }
}
