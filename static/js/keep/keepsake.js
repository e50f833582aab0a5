import { language } from "../i18n.js";
import { RadioGroup } from "../look/radio_group.js";
import { markEdited } from "./edited_mark.js";

const KEY = "livehair.keepsake";
const FORMATS = { png: "image/png", jpeg: "image/jpeg" };
const ENDINGS = { "image/png": "png", "image/jpeg": "jpg", "video/mp4": "mp4", "video/webm": "webm" };
const KEPT_MS = 10_000;

function load() {
  try {
    return { format: "png", mark: false, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return { format: "png", mark: false };
  }
}

/** What the visitor just took, to look at, save, share or throw away. Pictures and videos stay in the browser. */
export class Keepsake {
  #dialog = document.querySelector("#keepsake");
  #place = document.querySelector("#keepsake-picture");
  #options = document.querySelector("#keepsake-options");
  #share = document.querySelector("#share");
  #visible = document.querySelector("#visible-mark");
  #formats;
  #notices;
  #settings = load();
  #make = null;
  #name = "";
  #file = null;
  #url = "";

  constructor(notices) {
    this.#notices = notices;
    const formats = document.querySelector("#format");
    this.#formats = new RadioGroup(formats, (format) => this.#set({ format }));
    this.#formats.fill(
      Object.keys(FORMATS).map((format) => {
        const button = document.createElement("button");
        button.textContent = format.toUpperCase();
        button.dataset.value = format;
        button.dataset.testid = `format-${format}`;
        return button;
      }),
    );
    this.#visible.addEventListener("change", () => this.#set({ mark: this.#visible.checked }));
    document.querySelector("#save").addEventListener("click", () => this.#save());
    document.querySelector("#discard").addEventListener("click", () => this.#dialog.close());
    this.#share.addEventListener("click", () => this.#send());
    this.#dialog.addEventListener("close", () => this.#forget());
  }

  /** Show a Snapshot; `name` becomes part of the file's. */
  picture(snapshot, name) {
    const words = () => (this.#settings.mark ? language.text("keep.mark") : "");
    return this.#open(name, () => snapshot.file(FORMATS[this.#settings.format], words()), true);
  }

  /** Show a recorded Blob. */
  video(blob, name) {
    return this.#open(name, () => blob, false);
  }

  async #open(name, make, picture) {
    this.#name = `livehair-${name}-${new Date().toISOString().replace(/[:T]/g, "-").slice(0, 19)}`;
    this.#make = make;
    this.#options.hidden = !picture;
    await this.#show();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  async #show() {
    const blob = await markEdited(await this.#make());
    this.#formats.select(this.#settings.format);
    this.#visible.checked = this.#settings.mark;
    this.#file = new File([blob], `${this.#name}.${ENDINGS[blob.type] ?? "bin"}`, { type: blob.type });
    this.#forget();
    this.#url = URL.createObjectURL(this.#file);
    const video = blob.type.startsWith("video/");
    const element = document.createElement(video ? "video" : "img");
    if (video) Object.assign(element, { controls: true, loop: true, muted: true, autoplay: true, playsInline: true });
    else element.alt = language.text("keep.picture");
    element.dataset.testid = "keepsake-media";
    if (video) element.setAttribute("aria-label", language.text("keep.video"));
    element.src = this.#url;
    this.#place.replaceChildren(element);
    this.#share.hidden = !navigator.canShare?.({ files: [this.#file] });
  }

  #set(changes) {
    this.#settings = { ...this.#settings, ...changes };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#settings));
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    this.#show();
  }

  #save() {
    const url = URL.createObjectURL(this.#file);
    const link = Object.assign(document.createElement("a"), { href: url, download: this.#file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
    this.#dialog.close();
    this.#notices.notice("saved");
  }

  async #send() {
    try {
      await navigator.share({ files: [this.#file] });
      this.#dialog.close();
    } catch (error) {
      // Whoever closes the system's sheet changed their mind, that is all.
      if (error.name !== "AbortError") this.#notices.notice("share-failed");
    }
  }

  #forget() {
    this.#place.replaceChildren();
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = "";
  }
}
