import { everyFrame } from "./frame_callback.js";
import { ID_COUNT, drawMarker } from "./marker.js";

const WIDTH = 640;
const HEIGHT = 480;
const FPS = 30;

/** A video track whose frames carry a number, from a camera's stream or, without one, from a moving pattern. */
export class MarkedSource {
  #context;
  #id = 0;
  #drawn = new Map();
  #stop;

  constructor(stream = null) {
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    this.#context = canvas.getContext("2d", { alpha: false });
    // Rate 0: a frame is sent when it was drawn, and only then.
    [this.track] = canvas.captureStream(0).getVideoTracks();
    this.track.contentHint = "motion";
    this.#stop = stream ? this.#follow(stream) : this.#invent();
  }

  /** When frame `id` was drawn, on performance.now()'s clock; undefined where it was too long ago. */
  drawnAt(id) {
    return this.#drawn.get(id);
  }

  /** How many frames were drawn. */
  get count() {
    return this.#id;
  }

  close() {
    this.#stop();
    this.track.stop();
  }

  #follow(stream) {
    const video = document.createElement("video");
    Object.assign(video, { srcObject: stream, muted: true, playsInline: true });
    video.play();
    return everyFrame(video, () => this.#send(() => this.#cover(video)));
  }

  #invent() {
    const timer = setInterval(() => this.#send(() => this.#pattern()), 1000 / FPS);
    return () => clearInterval(timer);
  }

  #send(draw) {
    draw();
    const id = this.#id % ID_COUNT;
    drawMarker(this.#context, id);
    this.#drawn.set(id, performance.now());
    this.#id += 1;
    this.track.requestFrame();
  }

  #cover(video) {
    const scale = Math.max(WIDTH / video.videoWidth, HEIGHT / video.videoHeight);
    const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
    this.#context.drawImage(video, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
  }

  #pattern() {
    const shift = (4 * this.#id) % WIDTH;
    const gradient = this.#context.createLinearGradient(shift - WIDTH, 0, shift + WIDTH, HEIGHT);
    for (let stop = 0; stop <= 8; stop += 1) gradient.addColorStop(stop / 8, `hsl(${stop * 45} 35% ${45 + (stop % 2) * 20}%)`);
    this.#context.fillStyle = gradient;
    this.#context.fillRect(0, 0, WIDTH, HEIGHT);
  }
}
