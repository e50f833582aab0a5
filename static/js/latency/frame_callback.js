/**
 * Call `each(displayTime)` for every frame that `video` shows, until the function returned is called.
 * displayTime is on performance.now()'s clock; browsers without requestVideoFrameCallback are asked at every repaint.
 */
export function everyFrame(video, each) {
  let going = true;
  if ("requestVideoFrameCallback" in HTMLVideoElement.prototype) {
    const next = (_, { expectedDisplayTime }) => {
      if (!going) return;
      each(expectedDisplayTime);
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  } else {
    const next = (now) => {
      if (!going) return;
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) each(now);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  }
  return () => {
    going = false;
  };
}
