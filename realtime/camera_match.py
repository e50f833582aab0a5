"""Making a rendered layer look as if the camera had seen it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

LAYER_BLUR = 0.45
"""Standard deviation of a rendered layer's own softness, px: that of its pixel-wide coverage filter."""

_NOISE_SIDE = 256


def match_blur(rgba: npt.NDArray[np.float32], blur: float) -> npt.NDArray[np.float32]:
    """``rgba`` (h, w, 4), blurred by what it lacks of the camera's ``blur`` (std, layer px)."""
    missing = blur * blur - LAYER_BLUR * LAYER_BLUR
    if missing < 0.04:
        return rgba
    sigma = float(np.sqrt(missing))
    size = 3 if sigma < 0.7 else 5 if sigma < 1.3 else 7
    return np.asarray(cv2.GaussianBlur(rgba, (size, size), sigma, borderType=cv2.BORDER_CONSTANT), np.float32)


def noise_tile() -> npt.NDArray[np.float32]:
    """(256, 256) float32: repeatable Gaussian noise of standard deviation 1, tiled over the head."""
    return np.random.default_rng(7).standard_normal((_NOISE_SIDE, _NOISE_SIDE)).astype(np.float32)
