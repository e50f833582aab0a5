"""OpenCV's warps and blurs on arrays that keep their type."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

T = TypeVar("T", np.uint8, np.float32)
F32 = npt.NDArray[np.float32]


def warp(
    plane: npt.NDArray[T],
    affine: npt.NDArray[np.float64],
    side: int,
    *,
    repeat: bool = False,
    nearest: bool = False,
) -> npt.NDArray[T]:
    """``plane`` (h, w[, c]) carried by ``affine`` (2, 3) into (side, side[, c]); outside its edge repeated,
    or 0."""
    moved = cv2.warpAffine(
        np.ascontiguousarray(plane), affine, (side, side),
        flags=cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE if repeat else cv2.BORDER_CONSTANT,
    )  # fmt: skip
    return np.asarray(moved, plane.dtype)


def blur(plane: npt.NDArray[T], deviation: float) -> npt.NDArray[T]:
    """``plane`` (h, w[, c]) blurred by a Gaussian of ``deviation`` px."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), float(deviation)), plane.dtype)
