"""Affines (2, 3) between the pixels of pictures, pixel centres at integer positions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def compose_affine(outer: npt.NDArray[np.float64], inner: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(2, 3) affine that applies ``inner`` first, then ``outer``."""
    return np.column_stack([outer[:, :2] @ inner[:, :2], outer[:, :2] @ inner[:, 2] + outer[:, 2]])


def resize_affine(source: tuple[int, int], target: tuple[int, int]) -> npt.NDArray[np.float64]:
    """(2, 3) affine that a resize from ``source`` to ``target`` (width, height) makes of pixel centres."""
    factor = np.array(target, np.float64) / np.array(source, np.float64)
    return np.column_stack([np.diag(factor), 0.5 * factor - 0.5])


def invert_affine(affine: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(2, 3) affine that undoes ``affine``."""
    linear = np.linalg.inv(affine[:, :2])
    return np.column_stack([linear, -linear @ affine[:, 2]])


def apply_affine(affine: npt.NDArray[np.float64], points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """``points`` (n, 2) carried by ``affine`` (2, 3)."""
    return np.asarray(points @ affine[:, :2].T + affine[:, 2])
