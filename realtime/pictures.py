"""Pictures in other sizes."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Pixels = TypeVar("Pixels", U8, F32)


def resized(image: Pixels, size: tuple[int, int]) -> Pixels:
    """``image`` (h, w) or (h, w, c) in ``size`` (width, height), bilinear."""
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), image.dtype)


def shrunk(rgb: U8, pixels: int) -> U8:
    """``rgb`` (h, w, 3), with about ``pixels`` pixels where it has more."""
    height, width = rgb.shape[:2]
    factor = min(1.0, (pixels / (width * height)) ** 0.5)
    if factor == 1.0:
        return rgb
    size = (max(16, round(width * factor)), max(16, round(height * factor)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
