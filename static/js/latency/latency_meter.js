import { everyFrame } from "./frame_callback.js";
import { MarkerReader } from "./marker.js";

/** The value below which `share` of the sorted `values` lie (nearest rank). */
function percentile(values, share) {
  return values[Math.min(values.length - 1, Math.max(0, Math.ceil(share * values.length) - 1))];
}

/** Measures the delay from the drawing of a frame in `source` to its display in `video`. */
export class LatencyMeter {
  #delays = [];
  #shown = 0;
  #gap = 0;
  #last = null;
  #begin = null;
  #stop;

  constructor(source, video) {
    const reader = new MarkerReader(video);
    let before = null;
    this.#stop = everyFrame(video, (displayTime) => {
      const id = reader.read();
      // The same picture painted twice is one frame.
      if (id === null || id === before) return;
      before = id;
      const drawn = source.drawnAt(id);
      if (drawn !== undefined) this.#note(displayTime - drawn, displayTime);
    });
  }

  /** Milliseconds, frames per second and the delays themselves; null before the first frame. */
  result() {
    const sorted = [...this.#delays].sort((a, b) => a - b);
    if (!sorted.length) return null;
    const seconds = (this.#last - this.#begin) / 1000;
    return {
      frames: sorted.length,
      p50: percentile(sorted, 0.5),
      p95: percentile(sorted, 0.95),
      p99: percentile(sorted, 0.99),
      least: sorted[0],
      most: sorted[sorted.length - 1],
      fps: seconds > 0 ? (this.#shown - 1) / seconds : 0,
      longestGap: this.#gap,
      delays: sorted,
    };
  }

  close() {
    this.#stop();
  }

  #note(delay, time) {
    if (delay < 0) return;
    this.#delays.push(delay);
    this.#shown += 1;
    if (this.#begin === null) this.#begin = time;
    else this.#gap = Math.max(this.#gap, time - this.#last);
    this.#last = time;
  }
}
