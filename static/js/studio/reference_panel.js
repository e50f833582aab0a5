import { language } from "../i18n.js";
import { icon } from "../page/icon.js";
import { h } from "./dom.js";
import { FacePicker } from "./face_picker.js";
import { PICTURES, kindOf } from "./intake.js";
import { ReferenceCard } from "./reference_card.js";
import { UploadError, uploadError } from "./upload_error.js";

const REFRESH_MS = 20_000;

/** "Hair from a photo" in the look panel: references of one's own, to take shape and colour from. */
export class ReferencePanel {
  #shelf;
  #looks;
  #consent;
  #cards = new Map();
  #abort = null;
  #failure = null;
  #pending = null;
  #list = h("ul.references", { testid: "references" });
  #file = h("input.visually-hidden", {
    type: "file",
    accept: PICTURES.join(),
    tabindex: "-1",
    label: "studio.reference-add",
    testid: "reference-file",
    change: () => this.#chosen(),
  });
  #add = h(
    "button.secondary.small",
    { testid: "reference-add", click: () => this.#file.click() },
    icon("plus"),
    h("span", { i18n: "studio.reference-add" }),
  );
  #cancel = h("button.quiet", { i18n: "studio.cancel", testid: "reference-cancel", click: () => this.#abort.abort() });
  #status = h("p.phase", { role: "status" });
  #error = h("p.studio-error", { role: "alert", testid: "reference-error" });
  #picker = new FacePicker((index) => this.#picked(index));
  #portrait = h("img", { alt: "" });
  #dialog = h(
    "dialog.face-dialog",
    { label: "studio.reference-face" },
    h("p", { i18n: "studio.reference-face" }),
    h("div.portrait", {}, this.#portrait, this.#picker.root),
    h("button.quiet", { i18n: "studio.cancel", click: () => this.#dialog.close() }),
  );
  #box;

  /** Fills `root`. `shelf`: a ReferenceShelf, `looks`: the LookStore, `consent`: the UploadConsent. */
  constructor(root, shelf, looks, consent) {
    this.#shelf = shelf;
    this.#looks = looks;
    this.#consent = consent;
    this.#box = consent.box("reference-consent");
    root.append(
      h("h3", { i18n: "studio.reference" }),
      h("p.soft", { i18n: "studio.reference-what" }),
      this.#list,
      this.#box,
      h("div.actions", {}, this.#add, this.#status, this.#cancel),
      this.#error,
      this.#file,
      this.#dialog,
    );
    for (const source of [shelf, looks, consent, language]) source.addEventListener("change", () => this.#show());
    shelf.addEventListener("expired", () => this.fail(new UploadError("reference-gone")));
    setInterval(() => this.#show(), REFRESH_MS);
    this.#show();
  }

  /** Show an UploadError; null takes it away. */
  fail(error) {
    this.#failure = error;
    this.#show();
  }

  #show() {
    const { references } = this.#shelf;
    const known = new Set(references.map(({ id }) => id));
    for (const [id, card] of this.#cards) {
      if (known.has(id)) continue;
      card.root.remove();
      this.#cards.delete(id);
    }
    for (const reference of references) {
      if (!this.#cards.has(reference.id)) this.#cards.set(reference.id, this.#card(reference));
      this.#cards.get(reference.id).show(this.#looks.look);
    }
    const reading = this.#abort !== null;
    this.#list.hidden = references.length === 0;
    this.#box.hidden = this.#consent.given;
    this.#add.hidden = reading;
    this.#add.disabled = !this.#consent.given;
    this.#cancel.hidden = !reading;
    this.#status.textContent = reading ? language.text("studio.reference-reading") : "";
    this.#error.hidden = !this.#failure;
    this.#error.textContent = this.#failure?.sentence ?? "";
    this.#error.dataset.code = this.#failure?.code ?? "";
  }

  #card(reference) {
    const card = new ReferenceCard(reference, {
      onWear: (parts) => this.#shelf.wear(reference, parts),
      onRemove: () => {
        this.#failure = null;
        this.#shelf.remove(reference);
        this.#add.focus();
      },
    });
    this.#list.append(card.root);
    return card;
  }

  #chosen() {
    const [file] = this.#file.files;
    this.#file.value = "";
    if (file) this.#read(file, null);
  }

  async #read(file, face) {
    this.#failure = null;
    this.#abort = new AbortController();
    this.#show();
    try {
      if (kindOf(file) !== "photo") throw new UploadError("file-type");
      await this.#shelf.add(file, face, this.#abort.signal);
    } catch (error) {
      if (error.faces?.length) this.#ask(file, error.faces);
      else if (error.name !== "AbortError") this.#failure = uploadError(error);
    } finally {
      this.#abort = null;
      this.#show();
    }
  }

  #ask(file, faces) {
    this.#pending = file;
    const url = URL.createObjectURL(file);
    this.#dialog.addEventListener("close", () => URL.revokeObjectURL(url), { once: true });
    this.#portrait.src = url;
    this.#dialog.showModal();
    this.#picker.show(faces);
  }

  #picked(index) {
    this.#dialog.close();
    this.#read(this.#pending, index);
  }
}
