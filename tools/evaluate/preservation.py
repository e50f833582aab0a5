"""Whether what is not hair stays as the camera saw it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tools.evaluate.hair_tones import HairTones
from tools.evaluate.scene import Scene
from tools.evaluate.shown_frame import ShownFrame, lab

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_HAIR = 0.1
_DRAWN = 0.01
_LOCKS = 4.0
_MARGIN = 0.3
"""What belongs to a hair's edge, cm: hair is removed a little beyond its matte, 2 % of the face's width."""


class Preservation:
    """PSNR of the pixels that are hair neither before nor after.

    ``10 log10(255² / MSE)`` over the RGB values of all judged frames, where the own hair and the drawn
    layer, both widened by 0.3 cm, are not: the measure of Stable-Hair (Zhang et al., AAAI 2025), which
    compares source and result on the intersection of their non-hair regions. Own hair is what the judge
    sees, and within 4 cm of it what has the colours of that hair: judges miss single locks. Shadows of the
    new hair on skin count as errors; pixels that do not change at all count as well.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._error = 0.0
        self._count = 0

    def add(self, frame: ShownFrame) -> None:
        """Take a frame into account."""
        own = self._scene.hair.get(frame.index)
        if own is None or frame.face is None:
            return
        scale = frame.face.pose.scale
        hair = np.nan_to_num(own, nan=1.0) > _HAIR
        hair |= _locks(frame.camera, own, hair, scale)
        if frame.alpha is not None:
            hair |= frame.alpha > _DRAWN
        kept = ~_widened(hair, _MARGIN * scale)
        error = frame.result.rgb[kept].astype(np.float64) - frame.camera[kept]
        self._error += float((error * error).sum())
        self._count += error.size

    def values(self) -> dict[str, float]:
        """``psnr``, dB, 99 where nothing differs."""
        if not self._count:
            return {}
        return {"psnr": psnr(self._error / self._count)}


def _locks(rgb: U8, own: F32, hair: Mask, scale: float) -> Mask:
    """What has the colours of the own hair and is near it."""
    near = _widened(hair, _LOCKS * scale) & ~hair
    tones = HairTones.of(lab(rgb[np.nan_to_num(own) > 0.9]))
    locks = np.zeros_like(hair)
    locks[near] = tones.typical(lab(rgb[near]))
    return locks


def _widened(mask: Mask, radius: float) -> Mask:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0)


def psnr(mean_squared_error: float) -> float:
    """Peak signal-to-noise ratio of 8-bit values, dB, at most 99."""
    return min(99.0, 10.0 * float(np.log10(255.0**2 / max(mean_squared_error, 1e-12))))
