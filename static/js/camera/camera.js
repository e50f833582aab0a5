import { PageError, cameraError } from "../errors.js";

const SIZE = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 30 } };

/** One open camera, and the list of those that could be opened instead. */
export class Camera {
  #stream = null;

  /** Open the camera with that id (or the one that faces the user): a MediaStream. Throws PageError. */
  async open(deviceId = "") {
    if (!window.isSecureContext || !navigator.mediaDevices) throw new PageError("insecure-context");
    // Phones cannot open their second camera while the first is open.
    this.close();
    const choice = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "user" };
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: { ...SIZE, ...choice }, audio: false });
    } catch (error) {
      if (deviceId && error.name === "OverconstrainedError") return this.open();
      throw cameraError(error);
    }
    const [track] = this.#stream.getVideoTracks();
    track.contentHint = "motion";
    return this.#stream;
  }

  /** The id of the open camera, or "". */
  get deviceId() {
    return this.#stream?.getVideoTracks()[0].getSettings().deviceId ?? "";
  }

  close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
  }

  /** [{id, label}]; labels are empty until a camera was allowed. */
  static async list() {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return devices
      .filter(({ kind }) => kind === "videoinput")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  }
}
