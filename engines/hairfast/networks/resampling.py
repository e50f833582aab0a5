"""Changing the size of square pictures and maps by constant matrices.

Matrix products export as they are and agree between runtimes to the last bits, which interpolation operators
do not: they round the sampling positions differently.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

Matrix = npt.NDArray[np.float64]


def _keys_cubic(distance: Matrix, a: float) -> Matrix:
    """Cubic convolution kernel (Keys 1981, eq. 15 has a = -0.5) at ``distance`` in samples."""
    x = np.abs(distance)
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * (x**3 - 5 * x**2 + 8 * x - 4)
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


def average_matrix(source: int, target: int) -> Matrix:
    """``[target, source]``: row k is the mean over source samples floor(k s/t) .. ceil((k+1) s/t) - 1.

    The same as adaptive average pooling, for any ratio.
    """
    matrix = np.zeros((target, source))
    for k in range(target):
        start, end = k * source // target, -(-(k + 1) * source // target)
        matrix[k, start:end] = 1 / (end - start)
    return matrix


def bicubic_matrix(source: int, target: int) -> Matrix:
    """``[target, source]``: Keys cubic with a = -0.75, pixel centres aligned, border clamped, no low pass."""
    centre = (np.arange(target) + 0.5) * source / target - 0.5
    first = np.floor(centre).astype(int)
    matrix = np.zeros((target, source))
    for tap in range(-1, 3):
        column = np.clip(first + tap, 0, source - 1)
        np.add.at(matrix, (np.arange(target), column), _keys_cubic(centre - (first + tap), -0.75))
    return matrix


def bilinear_matrix(source: int, target: int, stride: int = 1) -> Matrix:
    """``[target / stride, source]``: linear, corners aligned, every ``stride``-th of ``target`` samples."""
    position = np.arange(0, target, stride) * (source - 1) / (target - 1)
    return np.maximum(0.0, 1 - np.abs(position[:, None] - np.arange(source)))


def cubic_reduction_matrix(source: int, factor: int) -> Matrix:
    """``[source / factor, source]``: reduction by a whole factor f with a cubic widened f times.

    4f taps of the Keys cubic with a = -0.5, sampled at (i - 2f + 0.5) / f and normalised to sum 1, over a
    border that is reflected without repeating the outermost sample.
    """
    taps = _keys_cubic((np.arange(4 * factor) - 2 * factor + 0.5) / factor, -0.5)
    rows = np.arange(source // factor)[:, None]
    columns = np.abs(rows * factor - 3 * factor // 2 + np.arange(4 * factor))
    columns = np.minimum(columns, 2 * (source - 1) - columns)
    matrix = np.zeros((source // factor, source))
    np.add.at(matrix, (rows, columns), taps / taps.sum())
    return matrix


class MatrixResample(nn.Module):
    """Maps resampled by one constant matrix P along both axes: ``P x Pᵀ``."""

    matrix: Tensor

    def __init__(self, matrix: Matrix) -> None:
        super().__init__()
        self.register_buffer("matrix", torch.from_numpy(matrix.astype(np.float32)), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """``[B,C,source,source]`` to ``[B,C,target,target]``, float32."""
        return self.matrix @ (x @ self.matrix.T)


class BicubicDownSample(MatrixResample):
    """Square pictures of ``source`` pixels reduced by a whole factor, see :func:`cubic_reduction_matrix`.

    Overshoots the input's range by a few percent; nothing is clipped.
    """

    def __init__(self, factor: int, source: int = 1024) -> None:
        super().__init__(cubic_reduction_matrix(source, factor))


class MeanDownSample(nn.Module):
    """Pictures reduced by a whole factor to the mean of each block; two bilinear halvings are factor 4."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, image: Tensor) -> Tensor:
        """``[B,C,H,W]`` to ``[B,C,H/f,W/f]``."""
        return nn.functional.avg_pool2d(image, self.factor)
