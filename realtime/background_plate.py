"""What is behind the person, learned while they move."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_LEARN = 0.25
_MOVED = 14.0


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
    radius = max(3, rgb.shape[0] // 40)
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    visible = cv2.dilate(person, ellipse) < 0.15
    now = rgb.astype(np.float32)
    if plate is None or plate.color.shape != rgb.shape:
        color = now
        seen = np.where(visible, np.float32(time), np.float32(-np.inf))
        return BackgroundPlate(color, seen.astype(np.float32))
    both = visible & (plate.seen > -np.inf)
    old = plate.color
    if both.sum() > 200:
        gain = np.clip(np.median(now[both], 0) / np.maximum(np.median(old[both], 0), 4.0), 0.7, 1.4)
        old = old * gain.astype(np.float32)
        if float(np.median(np.abs(now - old)[both].mean(-1))) > _MOVED:
            return update_plate(None, rgb, person, time)
    share = np.where(plate.seen > -np.inf, _LEARN, 1.0).astype(np.float32)[..., None]
    color = np.where(visible[..., None], old + share * (now - old), old)
    seen = np.where(visible, np.float32(time), plate.seen)
    return BackgroundPlate(color.astype(np.float32), seen.astype(np.float32))
