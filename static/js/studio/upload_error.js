import { language } from "../i18n.js";

/**
 * What stands in the way of a photo, video or reference. `code` is the server's, or one of the page's own; `detail`
 * the server's sentence; `faces` [[x, y, width, height], …] in shares of the picture, where there are several; `values` go into the sentence.
 */
export class UploadError extends Error {
  constructor(code, { detail = "", faces = null, values = {} } = {}) {
    super(detail || code);
    this.code = code;
    this.detail = detail;
    this.faces = faces;
    this.values = values;
  }

  /** The sentence for people: the page's own for this code, else the server's. */
  get sentence() {
    for (const key of [`studio.error.${this.code}`, `error.${this.code}`]) {
      if (language.has(key)) return language.text(key, this.values);
    }
    return this.detail || language.text("studio.error.failed");
  }
}

/** What `error` says to people; a fault of the page itself is thrown on. */
export function uploadError(error) {
  if (error instanceof UploadError) return error;
  throw error;
}
