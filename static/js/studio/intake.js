import { h } from "./dom.js";
import { UploadError } from "./upload_error.js";

export const PICTURES = ["image/jpeg", "image/png", "image/webp"];
const VIDEOS = ["video/mp4", "video/quicktime", "video/webm", "video/x-matroska"];

const megabytes = (bytes) => Math.floor(bytes / (1 << 20));

/** "photo" or "video". Throws UploadError for a file that the server would not take. */
export function kindOf({ type, size }, limits = {}) {
  const kind = PICTURES.includes(type) ? "photo" : type.startsWith("video/") ? "video" : null;
  if (!kind) throw new UploadError("file-type");
  const most = kind === "photo" ? limits.picture_bytes : limits.video_bytes;
  if (most && size > most) throw new UploadError(`${kind}-too-large`, { values: { megabytes: megabytes(most) } });
  return kind;
}

/** Where a picture or video comes in: chosen, dropped, pasted or taken. */
export class Intake {
  #consent;
  #onFile;
  #file = h("input.visually-hidden", {
    type: "file",
    accept: [...PICTURES, ...VIDEOS, "video/*"].join(),
    tabindex: "-1",
    label: "studio.choose",
    testid: "studio-file",
    change: () => this.#chosen(),
  });
  #choose = h("button.primary", { i18n: "studio.choose", testid: "studio-choose", click: () => this.#file.click() });
  #slow = h("p.hint", { i18n: "studio.networks", hidden: true });
  #take = h("button.secondary", { i18n: "studio.take", testid: "studio-take" });
  root;

  /** `consent`: an UploadConsent; `onFile(file)`, `onCamera()`: what the visitor wants, given that. */
  constructor(consent, { onFile, onCamera }) {
    this.#consent = consent;
    this.#onFile = onFile;
    this.#take.addEventListener("click", onCamera);
    this.root = h(
      "div.intake",
      {},
      h("h2", { i18n: "studio.title" }),
      h("p", { i18n: "studio.lead" }),
      consent.box("studio-consent"),
      h("div.actions", {}, this.#choose, this.#take),
      h("p.hint", {}, h("span", { i18n: "studio.formats" }), " ", h("span.drop-hint", { i18n: "studio.drop" })),
      this.#slow,
      this.#file,
    );
    consent.addEventListener("change", () => this.#agree());
    this.#agree();
  }

  /** Say that networks make the photos here, which takes its time. */
  set networks(networks) {
    this.#slow.hidden = !networks;
  }

  focus() {
    this.#choose.focus();
  }

  /** Take what is dropped on `zone`, and what is pasted while `open()`. */
  accept(zone, open) {
    zone.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      zone.classList.add("dropping");
    });
    zone.addEventListener("dragleave", ({ relatedTarget }) => {
      if (!zone.contains(relatedTarget)) zone.classList.remove("dropping");
    });
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("dropping");
      this.#offer(event.dataTransfer.files);
    });
    document.addEventListener("paste", ({ clipboardData }) => {
      if (open()) this.#offer(clipboardData.files);
    });
  }

  #chosen() {
    this.#offer(this.#file.files);
    this.#file.value = "";
  }

  #offer([file]) {
    if (file) this.#onFile(file);
  }

  #agree() {
    this.#choose.disabled = this.#take.disabled = !this.#consent.given;
  }
}
