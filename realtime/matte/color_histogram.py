"""Colour statistics of a region as a smoothed Lab histogram."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]

_L, _A, _B = 24, 24, 24


def lab_bins(rgb: npt.NDArray[np.uint8]) -> I32:
    """(h, w) int32: the histogram cell of each pixel of ``rgb`` (h, w, 3) uint8 sRGB.

    Lightness is cut finer where it is low, because black hair and black cloth differ little.
    """
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    table_l = np.minimum(np.sqrt(np.arange(256) / 255.0) * _L, _L - 1).astype(np.int32)
    table_ab = np.clip((np.arange(256) - 128) / 5.0 + _A / 2, 0, _A - 1).astype(np.int32)
    cells = (table_l[lab[..., 0]] * _A + table_ab[lab[..., 1]]) * _B + table_ab[lab[..., 2]]
    return np.asarray(cells, np.int32)


def color_density(bins: I32, weight: F32) -> F32:
    """(cells,) float32: smoothed density over the cells, of pixels weighted by ``weight``; sums to 1."""
    counts = np.bincount(bins.ravel(), weight.ravel(), _L * _A * _B).astype(np.float32)
    cube = counts.reshape(_L, _A, _B)
    for axis in range(3):
        padded = np.pad(cube, [(1, 1) if a == axis else (0, 0) for a in range(3)], mode="edge")
        low, high = (np.take(padded, range(s, s + cube.shape[axis]), axis) for s in (0, 2))
        cube = 0.5 * cube + 0.25 * (low + high)
    return np.asarray(cube.ravel() / max(float(cube.sum()), 1e-6), np.float32)
