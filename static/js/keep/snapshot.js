const QUALITY = 0.94;

/** A picture of the mirror, taken at once; the picture never leaves the browser. */
export class Snapshot {
  #canvas = document.createElement("canvas");

  /** `video`: what is shown; `mirrored`: whether it is shown the other way round. */
  constructor(video, mirrored) {
    this.#canvas.width = video.videoWidth;
    this.#canvas.height = video.videoHeight;
    const context = this.#canvas.getContext("2d");
    if (mirrored) context.setTransform(-1, 0, 0, 1, this.#canvas.width, 0);
    context.drawImage(video, 0, 0);
  }

  /** The picture as a file of that MIME type; `words` are written in its corner where there are any. */
  async file(type, words = "") {
    const { width, height } = this.#canvas;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    context.drawImage(this.#canvas, 0, 0);
    if (words) this.#write(context, words);
    return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
  }

  #write(context, words) {
    const { width, height } = context.canvas;
    const size = Math.max(12, Math.round(Math.min(width, height) / 32));
    context.font = `600 ${size}px system-ui, sans-serif`;
    context.textAlign = "end";
    context.textBaseline = "bottom";
    context.lineWidth = size / 5;
    context.lineJoin = "round";
    context.strokeStyle = "rgb(0 0 0 / 55%)";
    context.fillStyle = "rgb(255 255 255 / 92%)";
    context.strokeText(words, width - size, height - 0.7 * size);
    context.fillText(words, width - size, height - 0.7 * size);
  }
}
