/** An error whose `code` has a text in static/i18n; `retryAfter` is in seconds, `detail` comes from the server. */
export class PageError extends Error {
  constructor(code, { detail = "", retryAfter = null } = {}) {
    super(detail || code);
    this.code = code;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }
}

const CAMERA_CODES = {
  NotAllowedError: "camera-refused",
  SecurityError: "camera-refused",
  NotFoundError: "camera-missing",
  OverconstrainedError: "camera-missing",
  NotReadableError: "camera-busy",
  AbortError: "camera-busy",
};

/** The PageError for what getUserMedia rejected with. */
export function cameraError(error) {
  return new PageError(CAMERA_CODES[error.name] ?? "camera-failed", { detail: error.message });
}
