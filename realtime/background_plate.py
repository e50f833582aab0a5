"""What is behind the person, learned while they move."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_LEARN = 0.25
_SKIP = 3
_MEAN = np.full(3, 1.0 / 3.0, np.float32)
_OTHER_SCENE = 14.0
"""Mean difference to a known background, 0..255, above which it is another one."""
_CAMERA_SHIFT = 1.5
"""Least movement of the camera that makes what is known useless, px."""


@dataclass(frozen=True, slots=True)
class BackgroundPlate:
    """``color`` (h, w, 3) float32 sRGB 0..255; ``seen`` (h, w) float32: stream time of the last sight,
    ``-inf`` where the background was never seen."""

    color: F32
    seen: F32

    def known(self, time: float, max_age: float) -> npt.NDArray[np.bool_]:
        """(h, w) bool: where the background is known and not older than ``max_age`` seconds."""
        return np.asarray(self.seen >= time - max_age)


def update_plate(plate: BackgroundPlate | None, rgb: U8, person: F32, time: float) -> BackgroundPlate:
    """The plate after it saw ``rgb`` (h, w, 3), whose ``person`` (h, w) probability is given.

    The plate is brought to the exposure of ``rgb`` by one gain per channel, and starts again when the
    background that both show has changed: the camera moved or the scene was cut.
    """
    side = 2 * max(3, rgb.shape[0] // 24) + 1
    # A maximum filter by rows and columns: its cost does not grow with the side.
    visible = cv2.dilate(person, np.ones((side, side), np.uint8)) < 0.15
    now = rgb.astype(np.float32)
    if plate is None or plate.color.shape != rgb.shape:
        color = now
        seen = np.where(visible, np.float32(time), np.float32(-np.inf))
        return BackgroundPlate(color, seen.astype(np.float32))
    both = visible & (plate.seen > -np.inf)
    old = plate.color
    if both.sum() > 500:
        some = both[::_SKIP, ::_SKIP]
        levels = [np.median(image[::_SKIP, ::_SKIP][some], axis=0) for image in (now, old)]
        gain = np.clip(levels[0] / np.maximum(levels[1], 4.0), 0.7, 1.4)
        old = old * gain.astype(np.float32)
        if _moved(now, old, both):
            return update_plate(None, rgb, person, time)
    share = np.where(plate.seen > -np.inf, _LEARN, 1.0).astype(np.float32)[..., None]
    color = np.where(visible[..., None], old + share * (now - old), old)
    seen = np.where(visible, np.float32(time), plate.seen)
    return BackgroundPlate(color.astype(np.float32), seen.astype(np.float32))


def _moved(now: F32, old: F32, both: npt.NDArray[np.bool_]) -> bool:
    """Whether two views of a background differ by more than noise: by a cut, or by a shift of the camera.

    A small shift of s px changes a pixel by s times the gradient there, which least squares solves for s.
    """
    difference = np.abs(now - old) @ _MEAN
    luma = cv2.GaussianBlur(now @ _MEAN, (0, 0), 1.0)
    gradient = cv2.magnitude(
        cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=0.125)
    )
    steep = both & (gradient > 4.0)
    if float(difference[both].mean()) > _OTHER_SCENE:
        return True
    if steep.sum() < 100:
        return False
    g, d = gradient[steep], difference[steep]
    return float((g * d).sum() / (g * g).sum()) > _CAMERA_SHIFT
