import { Camera } from "./camera.js";
import { PageError } from "../errors.js";
import { MediaFile } from "./media_file.js";

const KEY = "livehair.camera";

/** Where the picture comes from: a camera, or a photo or video file. Event: `lost` (detail: PageError). */
export class Source extends EventTarget {
  #camera = new Camera();
  #file = new MediaFile();
  /** The open file's name, or "". */
  fileName = "";

  /** Open a camera by its id, or the one used last: a MediaStream. Throws PageError. */
  async openCamera(deviceId = localStorage.getItem(KEY) ?? "") {
    this.#file.close();
    const stream = await this.#camera.open(deviceId);
    this.fileName = "";
    localStorage.setItem(KEY, this.#camera.deviceId);
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => {
      this.dispatchEvent(new CustomEvent("lost", { detail: new PageError("camera-lost") }));
    });
    return stream;
  }

  /** Play a photo or video file: a MediaStream. Throws PageError, and then what was open stays open. */
  async openFile(file) {
    const next = new MediaFile();
    const stream = await next.open(file);
    this.close();
    this.#file = next;
    this.fileName = file.name;
    return stream;
  }

  get deviceId() {
    return this.#camera.deviceId;
  }

  close() {
    this.#camera.close();
    this.#file.close();
  }
}
