"""Making a rendered layer look as if the camera had seen it."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]

LAYER_BLUR = 0.45
"""Standard deviation of a rendered layer's own softness, px: that of its pixel-wide coverage filter."""

_NOISE_SIDE = 256
# Of the coarsest grain, standard deviation of its spread, px; and how many grains are told apart.
_COARSEST, _GRAINS = 1.0, 5
# A way shorter than this, px, does not show; a longer one than this is not believed.
_SHORTEST, _LONGEST = 1.5, 48.0


def match_blur(rgba: F32, blur: float) -> F32:
    """``rgba`` (h, w, 4), blurred by what it lacks of the camera's ``blur`` (std, layer px)."""
    missing = blur * blur - LAYER_BLUR * LAYER_BLUR
    if missing < 0.04:
        return rgba
    sigma = float(np.sqrt(missing))
    size = 3 if sigma < 0.7 else 5 if sigma < 1.3 else 7
    return np.asarray(cv2.GaussianBlur(rgba, (size, size), sigma, borderType=cv2.BORDER_CONSTANT), np.float32)


def smear(rgba: F32, way: tuple[float, float]) -> tuple[F32, int, int]:
    """``rgba`` (h, w, 4) smeared evenly along ``way`` (x, y), px, as by motion; larger by what it takes.

    Returns the layer and the pixel (column, row) of it on which pixel (0, 0) of ``rgba`` lies. The mean of
    two copies half the way apart, of two such a quarter apart and so on is an even smear at any angle.
    """
    length = max(abs(way[0]), abs(way[1]))
    if length < _SHORTEST:
        return rgba, 0, 0
    shrink = min(1.0, _LONGEST / length)
    shifts = np.array([_halvings(part * shrink, length * shrink) for part in way])
    # Columns go right and rows go down in every copy: a way against that is the same smear turned about.
    columns, rows = np.abs(shifts).sum(axis=1)
    against = shifts[0].sum() * shifts[1].sum() < 0
    edges = (rows, rows, columns, columns)
    image: F32 = np.asarray(
        cv2.copyMakeBorder(rgba, *edges, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0)), np.float32
    )
    for x, y in np.abs(shifts).T:
        height, width = image.shape[:2]
        first = image[: height - y, x:] if against else image[: height - y, : width - x]
        second = image[y:, : width - x] if against else image[y:, x:]
        image = np.asarray(cv2.addWeighted(first, 0.5, second, 0.5, 0.0), np.float32)
    return image, int(columns) // 2, int(rows) // 2


@cache
def noise_tile(grain: float = 0.0) -> F32:
    """(256, 256) float32, read-only: repeatable Gaussian noise of standard deviation 1 that tiles; from
    ``grain`` 0, each pixel its own, to 1, as smooth as over two pixels."""
    tile: F32 = np.random.default_rng(7).standard_normal((_NOISE_SIDE, _NOISE_SIDE)).astype(np.float32)
    if grain > 0.0:
        spread = max(_COARSEST * grain, 0.2)
        wide = np.asarray(cv2.GaussianBlur(np.tile(tile, (3, 3)), (0, 0), spread), np.float32)
        tile = wide[_NOISE_SIDE : 2 * _NOISE_SIDE, _NOISE_SIDE : 2 * _NOISE_SIDE]
        tile = np.ascontiguousarray(tile / tile.std())
    tile.setflags(write=False)
    return tile


def noise_of(grain: float) -> F32:
    """The tile of :func:`noise_tile` whose grain is nearest to ``grain``."""
    return noise_tile(round(min(max(grain, 0.0), 1.0) * (_GRAINS - 1)) / (_GRAINS - 1))


def _halvings(part: float, length: float) -> list[int]:
    """Half, a quarter, ... of ``part`` as whole pixels, as often as ``length`` needs; their sum is even."""
    count = max(1, int(np.ceil(np.log2(length))))
    shifts = [round(part / 2 ** (step + 1)) for step in range(count)]
    if sum(shifts) % 2:
        shifts[-1] += 1 if part > 0 else -1
    return shifts
