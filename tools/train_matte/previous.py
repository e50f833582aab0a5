"""The matte of the frame before, as it may have been."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tools.train_matte.imaging import blur, warp

U8 = npt.NDArray[np.uint8]

_EMPTY, _OTHER = 0.45, 0.12


def previous_matte(rng: np.random.Generator, hair: U8, other: U8) -> U8:
    """(h, w) uint8: empty, ``hair`` (h, w) moved a little and spoilt, or that of somebody else."""
    if rng.random() < _EMPTY:
        return np.zeros_like(hair)
    side = hair.shape[0]
    base = other if rng.random() < _OTHER else hair
    center = (0.5 * side, 0.5 * side)
    turn = cv2.getRotationMatrix2D(center, rng.normal(0.0, 3.0), np.exp(rng.normal(0.0, 0.025)))
    affine = np.asarray(turn, np.float64)
    affine[:, 2] += rng.normal(0.0, 0.03 * side, 2)
    matte = warp(base, affine, side)
    if rng.random() < 0.5:
        matte = blur(matte, rng.uniform(0.5, 3.0))
    if rng.random() < 0.4:
        kernel = np.ones((2 * int(rng.integers(1, 5)) + 1,) * 2, np.uint8)
        change = cv2.erode if rng.random() < 0.5 else cv2.dilate
        matte = np.asarray(change(matte, kernel), np.uint8)
    if rng.random() < 0.35:
        top, left = rng.integers(0, side - 20, 2)
        high, wide = rng.integers(15, side // 2, 2)
        matte[top : top + high, left : left + wide] = rng.choice([0, 255])
    return np.asarray(matte, np.uint8)
