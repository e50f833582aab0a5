import { drop, fetchResult, refusal } from "./studio_api.js";
import { UploadError } from "./upload_error.js";

/** One photo or video at the server: sent, watched, fetched, and nothing of it left there. */
export class UploadJob {
  #request = new XMLHttpRequest();
  #abort = new AbortController();
  #events = null;
  #url = "";

  /**
   * Send `form` to /api/photo or /api/video (`kind`): a Blob. `onProgress(phase, share)`: "sending", then "working".
   * Throws UploadError, or AbortError after cancel().
   */
  async run(kind, form, onProgress) {
    this.#url = await this.#send(`/api/${kind}`, form, onProgress);
    try {
      await this.#watch(onProgress);
      return await fetchResult(this.#url, this.#abort.signal);
    } finally {
      this.#events?.close();
      drop(this.#url);
    }
  }

  /** Stop it, here and at the server. */
  cancel() {
    this.#request.abort();
    this.#abort.abort();
  }

  // fetch() does not tell how much of a body is sent.
  #send(url, form, onProgress) {
    const request = this.#request;
    return new Promise((resolve, reject) => {
      request.open("POST", url);
      request.setRequestHeader("Prefer", "respond-async");
      request.upload.addEventListener("progress", ({ loaded, total }) => onProgress("sending", loaded / total));
      request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      request.addEventListener("error", () => reject(new UploadError("server-unreachable")));
      request.addEventListener("load", () => {
        if (request.status === 202) resolve(request.getResponseHeader("Location"));
        else reject(refusal(request.status, request.responseText));
      });
      request.send(form);
    });
  }

  /** Until the job has ended; how it ended is said by its result. */
  #watch(onProgress) {
    onProgress("working", 0);
    const events = (this.#events = new EventSource(this.#url));
    return new Promise((resolve, reject) => {
      events.addEventListener("progress", ({ data }) => onProgress("working", JSON.parse(data).progress));
      events.addEventListener("done", resolve);
      // Both the server's own event of that name, and a stream that the browser does not open again.
      events.addEventListener("error", ({ data }) => {
        if (data !== undefined || events.readyState === EventSource.CLOSED) resolve();
      });
      this.#abort.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    });
  }
}
