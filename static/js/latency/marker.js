// The number drawn into a frame that survives codec and scaling: the same as tools/marker.py, which explains it.

const ID_BITS = 12;
export const ID_COUNT = 1 << ID_BITS;
const ROWS = 20;
const CELL_WIDTH = 1 / 30;
const LEVELS = ["rgb(56 56 56)", "rgb(196 196 196)"];
const MIN_CONTRAST = 24;
const SYNC = 0b1010;
const PER_CELL = 4;

/** The CRC-4-ITU of the 12-bit `value`. */
function crc4(value) {
  let register = 0;
  for (let shift = ID_BITS - 1; shift >= 0; shift -= 1) {
    const carry = ((register >> 3) & 1) ^ ((value >> shift) & 1);
    register = ((register << 1) & 0xf) ^ (carry ? 0b0011 : 0);
  }
  return register;
}

function wordOf(id) {
  return (((SYNC << ID_BITS) | id) << 4) | crc4(id);
}

/** Draw `id` along the left edge of a canvas. */
export function drawMarker(context, id) {
  const { width, height } = context.canvas;
  const cell = Math.min(Math.round(CELL_WIDTH * height), width);
  const word = wordOf(id % ID_COUNT);
  for (let row = 0; row < ROWS; row += 1) {
    const bit = (word >> (ROWS - 1 - row)) & 1;
    const top = Math.ceil((row * height) / ROWS);
    const bottom = Math.ceil(((row + 1) * height) / ROWS);
    for (const column of [0, 1]) {
      context.fillStyle = LEVELS[column === 0 ? bit : 1 - bit];
      context.fillRect(column * cell, top, cell, bottom - top);
    }
  }
}

/** Reads the markers of one <video>. */
export class MarkerReader {
  #video;
  #context;

  constructor(video) {
    this.#video = video;
    const canvas = document.createElement("canvas");
    canvas.width = 2 * PER_CELL;
    canvas.height = ROWS * PER_CELL;
    this.#context = canvas.getContext("2d", { willReadFrequently: true });
  }

  /** The id in the frame on show; null where none is intact. */
  read() {
    const { videoHeight: height } = this.#video;
    const { width, height: tall } = this.#context.canvas;
    this.#context.drawImage(this.#video, 0, 0, 2 * CELL_WIDTH * height, height, 0, 0, width, tall);
    const { data } = this.#context.getImageData(0, 0, width, tall);
    let word = 0;
    for (let row = 0; row < ROWS; row += 1) {
      const contrast = this.#level(data, 0, row) - this.#level(data, 1, row);
      if (Math.abs(contrast) < MIN_CONTRAST) return null;
      word = word * 2 + (contrast > 0 ? 1 : 0);
    }
    const id = (word >> 4) & (ID_COUNT - 1);
    return word === wordOf(id) ? id : null;
  }

  /** Mean green of the middle of a cell. */
  #level(data, column, row) {
    let sum = 0;
    for (const x of [1, 2]) {
      for (const y of [1, 2]) {
        sum += data[4 * ((row * PER_CELL + y) * 2 * PER_CELL + column * PER_CELL + x) + 1];
      }
    }
    return sum / 4;
  }
}
