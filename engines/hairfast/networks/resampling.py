"""Changing the size of pictures and maps by constants that export as they are."""

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


class MatrixResample(nn.Module):
    """Square maps resampled by one constant matrix P along both axes: ``P x Pᵀ``."""

    matrix: Tensor

    def __init__(self, matrix: Matrix) -> None:
        super().__init__()
        self.register_buffer("matrix", torch.from_numpy(matrix.astype(np.float32)), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """``[B,C,source,source]`` to ``[B,C,target,target]``, float32."""
        return self.matrix @ (x @ self.matrix.T)


class BicubicDownSample(nn.Module):
    """Pictures reduced by a whole factor f with an antialiased cubic.

    4f taps of the Keys cubic with a = -0.5, sampled at (i - 2f + 0.5) / f and normalised to sum 1; reflected
    border of 3f/2; rows first, then columns. Overshoots the input's range by a few percent; not clipped.
    """

    taps: Tensor

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor
        taps = _keys_cubic((np.arange(4 * factor) - 2 * factor + 0.5) / factor, -0.5)
        self.register_buffer(
            "taps", torch.from_numpy((taps / taps.sum()).astype(np.float32)), persistent=False
        )

    def forward(self, image: Tensor) -> Tensor:
        """``[B,C,H,W]`` to ``[B,C,H/f,W/f]``, float32."""
        batch, channels, height, width = image.shape
        border = 3 * self.factor // 2
        x = image.reshape(batch * channels, 1, height, width)
        x = nn.functional.pad(x, (0, 0, border, border), mode="reflect")
        x = nn.functional.conv2d(x, self.taps.view(1, 1, -1, 1), stride=(self.factor, 1))
        x = nn.functional.pad(x, (border, border, 0, 0), mode="reflect")
        x = nn.functional.conv2d(x, self.taps.view(1, 1, 1, -1), stride=(1, self.factor))
        return x.reshape(batch, channels, height // self.factor, width // self.factor)


class MeanDownSample(nn.Module):
    """Pictures reduced by a whole factor to the mean of each block; two bilinear halvings are factor 4."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, image: Tensor) -> Tensor:
        """``[B,C,H,W]`` to ``[B,C,H/f,W/f]``."""
        return nn.functional.avg_pool2d(image, self.factor)
