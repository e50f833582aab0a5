const HISTORY = 24;

/**
 * Before and after, side by side and of the same moment: what the camera saw is kept for as long as the
 * round trip takes, so that both halves of the picture move together.
 */
export class Compare {
  #local;
  #remote;
  #before = document.querySelector("#before");
  #canvas = document.querySelector("#before-canvas");
  #split = document.querySelector("#split");
  #divider = document.querySelector("#divider");
  #latency;
  #history = [];
  #on = false;

  /** `latency()`: the present delay from camera to screen in milliseconds. */
  constructor(local, remote, latency) {
    this.#local = local;
    this.#remote = remote;
    this.#latency = latency;
    this.#divider.addEventListener("input", () => this.#place());
    this.#place();
  }

  get on() {
    return this.#on;
  }

  toggle(on = !this.#on) {
    if (on === this.#on) return;
    this.#on = on;
    this.#before.hidden = this.#split.hidden = !on;
    if (!on) return this.#forget(Infinity);
    this.#local.requestVideoFrameCallback((now, frame) => this.#keep(frame));
    this.#remote.requestVideoFrameCallback((now, frame) => this.#show(frame));
  }

  async #keep({ expectedDisplayTime }) {
    if (!this.#on) return;
    this.#local.requestVideoFrameCallback((now, frame) => this.#keep(frame));
    const picture = await createImageBitmap(this.#local).catch(() => null);
    if (!picture) return;
    this.#history.push({ picture, time: expectedDisplayTime });
    this.#forget(this.#history.length - HISTORY);
  }

  #show({ expectedDisplayTime }) {
    if (!this.#on) return;
    this.#remote.requestVideoFrameCallback((now, frame) => this.#show(frame));
    const moment = expectedDisplayTime - this.#latency();
    const later = this.#history.findIndex(({ time }) => time > moment);
    const index = later < 0 ? this.#history.length - 1 : Math.max(0, later - 1);
    const { picture } = this.#history[index] ?? {};
    if (!picture) return;
    if (this.#canvas.width !== picture.width || this.#canvas.height !== picture.height) {
      Object.assign(this.#canvas, { width: picture.width, height: picture.height });
    }
    this.#canvas.getContext("2d").drawImage(picture, 0, 0);
    this.#forget(index);
  }

  #forget(count) {
    this.#history.splice(0, Math.max(0, count)).forEach(({ picture }) => picture.close());
  }

  #place() {
    document.querySelector("#mirror").style.setProperty("--split", `${this.#divider.value}%`);
  }
}
