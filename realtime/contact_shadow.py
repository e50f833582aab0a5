"""The shadow that hair throws on the skin below it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face

_SHRINK = 4
_NEAR_BLUR, _NEAR_STRENGTH = 0.55, 0.45
_FAR_BLUR, _FAR_STRENGTH = 1.9, 0.28


def contact_shadow(alpha: npt.NDArray[np.float32], face: Face) -> npt.NDArray[np.float32]:
    """How much light gets past hair of coverage ``alpha`` (h, w), at a quarter of its resolution, 0..1.

    Two lobes: a near one, moved away from the light and down, and a wide one for the light that the hair
    keeps off from all around.
    """
    height, width = alpha.shape
    size = (max(1, -(-width // _SHRINK)), max(1, -(-height // _SHRINK)))
    small = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    unit = face.pose.scale / _SHRINK
    direction = face.light.direction
    shift = np.array([[1.0, 0.0, -0.6 * unit * float(direction[0])], [0.0, 1.0, 0.55 * unit]])
    near = cv2.GaussianBlur(cv2.warpAffine(small, shift, size), (0, 0), max(0.3, _NEAR_BLUR * unit))
    far = cv2.GaussianBlur(small, (0, 0), max(0.3, _FAR_BLUR * unit))
    return np.asarray((1.0 - _NEAR_STRENGTH * near) * (1.0 - _FAR_STRENGTH * far), np.float32)
