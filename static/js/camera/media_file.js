import { PageError } from "../errors.js";

const FPS = 30;
const MAX_SIDE = 1280;

/** A photo or a video file played, looped, into a MediaStream: a camera made of a file. */
export class MediaFile {
  #canvas = document.createElement("canvas");
  #source = null;
  #url = "";
  #timer = 0;
  #stream = null;

  /** Throws PageError when the browser cannot decode the file. */
  async open(file) {
    this.close();
    try {
      this.#source = file.type.startsWith("video/") ? await this.#loadVideo(file) : await createImageBitmap(file);
    } catch (error) {
      this.close();
      throw new PageError("file-unreadable", { detail: error?.message ?? "" });
    }
    const width = this.#source.videoWidth ?? this.#source.width;
    const height = this.#source.videoHeight ?? this.#source.height;
    const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
    // Video codecs halve the chroma planes: even sides.
    this.#canvas.width = 2 * Math.max(1, Math.round((width * scale) / 2));
    this.#canvas.height = 2 * Math.max(1, Math.round((height * scale) / 2));
    const context = this.#canvas.getContext("2d", { alpha: false });
    const draw = () => context.drawImage(this.#source, 0, 0, this.#canvas.width, this.#canvas.height);
    draw();
    this.#stream = this.#canvas.captureStream(FPS);
    this.#timer = setInterval(draw, 1000 / FPS);
    const [track] = this.#stream.getVideoTracks();
    track.contentHint = "motion";
    return this.#stream;
  }

  close() {
    clearInterval(this.#timer);
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#source?.pause?.();
    this.#source?.close?.();
    this.#source = null;
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = "";
  }

  #loadVideo(file) {
    const video = document.createElement("video");
    video.muted = true;
    video.loop = true;
    video.playsInline = true;
    this.#url = URL.createObjectURL(file);
    video.src = this.#url;
    return new Promise((resolve, reject) => {
      video.addEventListener("loadeddata", () => video.play().then(() => resolve(video), reject), { once: true });
      video.addEventListener("error", () => reject(video.error), { once: true });
    });
  }
}
