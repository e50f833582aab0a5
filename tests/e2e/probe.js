// Put into every page under test: reads the pixels of its videos.
window.probe = {
  element(id) {
    return document.querySelector(`[data-testid=${id}]`);
  },

  pixels(video, box = [0, 0, video.videoWidth, video.videoHeight]) {
    const [x, y, width, height] = box;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    context.drawImage(video, x, y, width, height, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  },

  /** [width, height, base64 of RGBA]. */
  packed({ data, width, height }) {
    let text = "";
    for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
    return [width, height, btoa(text)];
  },

  /** The picture a video shows now. */
  grab(id) {
    return this.packed(this.pixels(this.element(id)));
  },

  nextFrame(video) {
    return new Promise((resolve) => video.requestVideoFrameCallback((now, frame) => resolve(frame)));
  },

  /** The bits of the marker (tools/marker.py) down the left edge: no two frames of a clip have the same. */
  word({ data, width, height }, { rows, cellWidth }) {
    const level = (column, row) => {
      const x = Math.round((column + 0.5) * cellWidth * height);
      return data[4 * (Math.round(((row + 0.5) * height) / rows) * width + x) + 1];
    };
    return Array.from({ length: rows }, (_, row) => (level(0, row) > level(1, row) ? "1" : "0")).join("");
  },

  /** The server's present picture, and the camera's of the same moment as soon as the clip shows it again. */
  async pair(marker) {
    const [remote, local] = [this.element("remote-video"), this.element("local-video")];
    await this.nextFrame(remote);
    const shown = this.pixels(remote);
    let seen = this.pixels(local);
    while (this.word(seen, marker) !== this.word(shown, marker)) {
      await this.nextFrame(local);
      seen = this.pixels(local);
    }
    return [this.packed(shown), this.packed(seen)];
  },

  /** Click, and count the remote frames until the mean of `box` has changed by more than `threshold` levels. */
  async framesUntilChange(id, box, threshold, limit) {
    const video = this.element("remote-video");
    const { presentedFrames: clicked } = await this.nextFrame(video);
    const { data: before } = this.pixels(video, box);
    this.element(id).click();
    for (;;) {
      const { presentedFrames } = await this.nextFrame(video);
      const { data } = this.pixels(video, box);
      const change = data.reduce((sum, level, at) => sum + Math.abs(level - before[at]), 0) / (0.75 * data.length);
      if (change > threshold || presentedFrames - clicked > limit) return presentedFrames - clicked;
    }
  },
};
