import { UploadError } from "./upload_error.js";
import { drop, postReference } from "./studio_api.js";

const THUMBNAIL = 128;

/** A small copy of the picture in `file`, cut to a square about its upper middle, as a data URL. */
async function thumbnail(file) {
  const picture = await createImageBitmap(file).catch(() => {
    throw new UploadError("file-unreadable");
  });
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = THUMBNAIL;
  const side = Math.min(picture.width, picture.height);
  const context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  const top = (picture.height - side) / 4;
  context.drawImage(picture, (picture.width - side) / 2, top, side, side, 0, 0, THUMBNAIL, THUMBNAIL);
  picture.close();
  return canvas.toDataURL("image/jpeg", 0.85);
}

/**
 * The visitor's own reference photos: what the server knows by an id, and here a thumbnail. Which of them give the
 * look its shape and its colour is in the LookStore. Events: `change`; `expired`: one was deleted for its age.
 */
export class ReferenceShelf extends EventTarget {
  #looks;
  #timers = new Map();
  /** [{id, style, until (ms since 1970), thumbnail}], the newest last. */
  references = [];

  constructor(looks) {
    super();
    this.#looks = looks;
  }

  /** Lend a photo to the server and wear its hair. Throws UploadError; with `faces` where one is to be chosen. */
  async add(file, face, signal) {
    const small = await thumbnail(file);
    const form = new FormData();
    form.set("image", file);
    if (face !== null) form.set("face", face);
    const { id, style, expires } = await postReference(form, signal);
    const reference = { id, style, until: Date.now() + expires * 1000, thumbnail: small };
    this.references = [...this.references, reference];
    this.#timers.set(id, setTimeout(() => this.#expire(reference), expires * 1000));
    this.wear(reference, { shape: true, color: true });
  }

  /** Take shape or colour, or both, from a reference, or no longer. */
  wear({ id, style }, { shape, color }) {
    const { look } = this.#looks;
    const changes = {};
    if (shape) Object.assign(changes, { style, reference: id });
    else if (shape === false && look.reference === id) changes.reference = null;
    if (color) changes.color_reference = id;
    else if (color === false && look.color_reference === id) changes.color_reference = null;
    this.#looks.update(changes);
    this.#changed();
  }

  /** Forget a reference, here and at the server. */
  remove(reference) {
    drop(`/api/references/${reference.id}`);
    this.#forget(reference);
  }

  /** The server has forgotten that one, or without an id all. */
  forget(id) {
    for (const reference of this.references) if (id === undefined || reference.id === id) this.#forget(reference);
  }

  /** The server has forgotten what the look wears. */
  forgetWorn() {
    const { reference, color_reference: color } = this.#looks.look;
    this.references = this.references.filter(({ id }) => id !== reference && id !== color);
    this.#looks.update({ reference: null, color_reference: null });
    this.#changed();
  }

  #expire(reference) {
    this.#forget(reference);
    this.dispatchEvent(new Event("expired"));
  }

  #forget(reference) {
    clearTimeout(this.#timers.get(reference.id));
    this.#timers.delete(reference.id);
    this.references = this.references.filter(({ id }) => id !== reference.id);
    this.wear(reference, { shape: false, color: false });
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
