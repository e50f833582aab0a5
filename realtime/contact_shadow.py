"""The shadow that hair throws on the skin below it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, resize_affine
from engines.face import Face

F32 = npt.NDArray[np.float32]

REACH = 2.6
"""The shadow is nothing to speak of this far from the hair, cm."""

_COARSE = 2.7
"""Shadows are soft: computed at about so many px per cm."""
_NEAR_BLUR, _NEAR_STRENGTH = 0.55, 0.45
_FAR_BLUR, _FAR_STRENGTH = 1.35, 0.20


def contact_shadow(alpha: F32, to_area: npt.NDArray[np.float64], size: tuple[int, int], face: Face) -> F32:
    """(h, w) float32: share of light, 0..1, that hair keeps off what is below it.

    ``alpha`` (n, m): the hair's coverage, which ``to_area`` (2, 3) carries to the pixels of the answer, whose
    ``size`` is (w, h). Two lobes: a near one, moved away from the light and down, and a wide one for the
    light that the hair keeps off from all around.
    """
    shrink = max(2, round(face.pose.scale / _COARSE))
    few = (max(1, alpha.shape[1] // shrink), max(1, alpha.shape[0] // shrink))
    small = (max(1, size[0] // shrink), max(1, size[1] // shrink))
    thumb = cv2.resize(alpha, few, interpolation=cv2.INTER_AREA)
    to_alpha = resize_affine(few, (alpha.shape[1], alpha.shape[0]))
    place = compose_affine(resize_affine(size, small), compose_affine(to_area, to_alpha))
    hair = np.asarray(cv2.warpAffine(thumb, place, small), np.float32)
    unit = face.pose.scale / shrink
    shift = np.array([[1.0, 0.0, -0.6 * unit * float(face.light.direction[0])], [0.0, 1.0, 0.55 * unit]])
    near = cv2.GaussianBlur(cv2.warpAffine(hair, shift, small), (0, 0), max(0.3, _NEAR_BLUR * unit))
    far = _wide_blur(hair, _FAR_BLUR * unit)
    dark = 1.0 - (1.0 - _NEAR_STRENGTH * near) * (1.0 - _FAR_STRENGTH * far)
    return np.asarray(cv2.resize(dark, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _wide_blur(image: F32, sigma: float) -> F32:
    """A Gaussian blur of ``sigma`` px by two box blurs, whose cost does not grow with it."""
    side = 2 * max(1, round((np.sqrt(6.0 * sigma * sigma + 1.0) - 1.0) / 2.0)) + 1
    once = cv2.blur(image, (side, side), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.blur(once, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)
