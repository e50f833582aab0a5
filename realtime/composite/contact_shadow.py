"""The shadow that hair throws on the skin below it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, resize_affine
from engines.face import Face

F32 = npt.NDArray[np.float32]

REACH = 2.8
"""The shadow is nothing to speak of this far from the hair, cm."""

COARSE = 3.4
"""Shadows are soft: computed at about so many px per cm."""
# Hair stands off the skin by about so much, cm; how far its shadow moves for that at most; and how far it
# moves down by itself, rooms being lit from above.
_HEIGHT, _FARTHEST, _DOWN = 0.70, 1.3, 0.25
# Blur in cm and strength of the cast shadow, without even light and the change with it; of the light that
# hair keeps off from all around; and of the dark line where it touches.
_CAST_BLUR, _CAST, _CAST_EVEN = 0.45, 0.62, -0.45
_FAR_BLUR, _FAR, _FAR_EVEN = 1.25, 0.12, 0.20
_TOUCH_BLUR, _TOUCH = 0.18, 0.22


def contact_shadow(alpha: F32, to_area: npt.NDArray[np.float64], size: tuple[int, int], face: Face) -> F32:
    """(h, w) float32: share of light, 0..1, that hair keeps off what is below it.

    ``alpha`` (n, m): the hair's coverage, at about COARSE px per cm, which ``to_area`` (2, 3) carries to the
    pixels of the answer, whose ``size`` is (w, h) and in which ``face`` is. Three lobes: one cast by the
    dominant light, away from it; a wide one for the light that the hair keeps off from all around; and a
    narrow one where it touches the skin.
    """
    shrink = min(1.0, COARSE / face.pose.scale)
    small = (max(1, round(shrink * size[0])), max(1, round(shrink * size[1])))
    place = compose_affine(resize_affine(size, small), to_area)
    hair = np.asarray(cv2.warpAffine(alpha, place, small), np.float32)
    unit = face.pose.scale * shrink
    across, down = _moved(face)
    shift = np.array([[1.0, 0.0, across * unit], [0.0, 1.0, down * unit]])
    even = face.light.ambient
    cast = cv2.GaussianBlur(cv2.warpAffine(hair, shift, small), (0, 0), max(0.3, _CAST_BLUR * unit))
    far = _wide_blur(hair, _FAR_BLUR * unit)
    touch = cv2.GaussianBlur(hair, (0, 0), max(0.3, _TOUCH_BLUR * unit))
    light = (1.0 - (_CAST + _CAST_EVEN * even) * cast) * (1.0 - (_FAR + _FAR_EVEN * even) * far)
    dark = 1.0 - light * (1.0 - _TOUCH * touch)
    return np.asarray(cv2.resize(dark, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _moved(face: Face) -> tuple[float, float]:
    """How far the shadow of hair lies from it, cm to image right and down."""
    toward = face.light.direction
    length = _HEIGHT / max(float(toward[2]), 0.35)
    across, down = -length * float(toward[0]), length * float(toward[1]) + _DOWN
    shorter = min(1.0, _FARTHEST / max(float(np.hypot(across, down)), 1e-6))
    return across * shorter, down * shorter


def _wide_blur(image: F32, sigma: float) -> F32:
    """A Gaussian blur of ``sigma`` px by two box blurs, whose cost does not grow with it."""
    side = 2 * max(1, round((np.sqrt(6.0 * sigma * sigma + 1.0) - 1.0) / 2.0)) + 1
    once = cv2.blur(image, (side, side), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.blur(once, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)
