"""The loops over cells of the own hair's smooth maps."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from realtime.color_tables import LINEAR_STEPS
from realtime.recolor.recolor_channels import ALLOWED, BASE, HAIR, INNER, OFFSET, SLOPE

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_ONE, _ZERO = np.float32(1.0), np.float32(0.0)
_PER_LEVEL = np.float32(1.0 / 255.0)
_TINY = np.float32(1e-6)
# Colours nearer to each other than this, sRGB 0..1, do not tell hair from what is behind it.
_ALIKE = np.float32(0.07)
_DOUBT = np.float32(5.0)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def weigh_colors(
    rgb: U8, matte: F32, hair: F32, around: F32, lightness: F32, to_linear: F32, to_l: F32
) -> None:
    """``rgb`` (h, w, 3) uint8 sRGB weighted with how surely it is hair, or not, by ``matte`` (h, w).

    Fills ``hair`` (h, w, 7): sRGB 0..1, linear RGB, weight; ``around`` (h, w, 5): sRGB, the sum of their
    squares, weight; ``lightness`` (h, w): L*. All float32; the tables are those of
    :mod:`realtime.color_tables`.
    """
    height, width = matte.shape
    for y in range(height):
        for x in range(width):
            alpha = matte[y, x]
            sure = min(max(np.float32(4.0) * alpha - np.float32(3.0), _ZERO), _ONE)
            sure += np.float32(1e-3) * alpha + _TINY
            other = min(max(_ONE - np.float32(5.0) * alpha, _ZERO), _ONE) + _TINY
            squares = _ZERO
            for c in range(3):
                level = rgb[y, x, c]
                value = np.float32(level) * _PER_LEVEL
                hair[y, x, c] = sure * value
                hair[y, x, 3 + c] = sure * to_linear[level]
                around[y, x, c] = other * value
                squares += value * value
            hair[y, x, 6] = sure
            around[y, x, 3] = other * squares
            around[y, x, 4] = other
            luma = np.float32(0.2126) * to_linear[rgb[y, x, 0]] + np.float32(0.7152) * to_linear[rgb[y, x, 1]]
            luma += np.float32(0.0722) * to_linear[rgb[y, x, 2]]
            lightness[y, x] = to_l[int(luma * np.float32(LINEAR_STEPS) + np.float32(0.5))]


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def map_colors(hair: F32, around: F32, matte: F32, near: F32, face: U8, to_l: F32, maps: F32) -> None:
    """From blurred ``hair`` and ``around`` of :func:`weigh_colors` the channels of ``maps`` (12, h, w) that
    follow from colours, and the most that may be hair: beside the matte (dilated: ``near``, h, w) its colour
    decides, in the ``face`` (h, w; 0..255) the ``matte``.
    """
    height, width = matte.shape
    for y in range(height):
        for x in range(width):
            alpha = matte[y, x]
            per_hair, per_around = _ONE / hair[y, x, 6], _ONE / around[y, x, 4]
            distance, spread = _ZERO, around[y, x, 3] * per_around
            for c in range(3):
                other = around[y, x, c] * per_around
                toward = hair[y, x, c] * per_hair - other
                distance += toward * toward
                spread -= other * other
            known = min(max(np.float32(8.0) * (around[y, x, 4] - _TINY), _ZERO), _ONE)
            spread = np.float32(0.5) * max(spread, _ZERO)
            trust = known * distance / (distance + spread + _ALIKE * _ALIKE)
            # Colour decides only where the matte does not know.
            trust *= min(_DOUBT * alpha * (_ONE - alpha), _ONE)
            offset = (_ONE - trust) * alpha
            per_distance = trust / max(distance, np.float32(1e-4))
            for c in range(3):
                other = around[y, x, c] * per_around
                slope = (hair[y, x, c] * per_hair - other) * per_distance
                maps[SLOPE + c, y, x] = slope
                offset -= slope * other
                maps[HAIR + c, y, x] = hair[y, x, 3 + c] * per_hair
            maps[OFFSET, y, x] = offset
            maps[INNER, y, x] = min(max(np.float32(2.0) * alpha - _ONE, _ZERO), _ONE)
            luma = np.float32(0.2126) * maps[HAIR, y, x] + np.float32(0.7152) * maps[HAIR + 1, y, x]
            luma = min(luma + np.float32(0.0722) * maps[HAIR + 2, y, x], _ONE)
            maps[BASE, y, x] = to_l[int(luma * np.float32(LINEAR_STEPS) + np.float32(0.5))]
            beside = min(max(np.float32(3.0) * near[y, x] - np.float32(0.15), _ZERO), _ONE)
            inside = min(max(np.float32(2.5) * alpha - np.float32(1.25), _ZERO), _ONE)
            maps[ALLOWED, y, x] = beside + np.float32(face[y, x]) * _PER_LEVEL * (inside - beside)
