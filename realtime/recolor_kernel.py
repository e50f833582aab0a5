"""The recolourer's loop over pixels."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from realtime.color_tables import LINEAR_STEPS

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_STEPS = np.float32(LINEAR_STEPS)
_LEAST = np.float32(0.004)


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _inverse_f(value: Any) -> Any:
    """CIE Lab's f inverted."""
    if value > np.float32(6.0 / 29.0):
        return value * value * value
    return np.float32(3.0 * (6.0 / 29.0) ** 2) * (value - np.float32(4.0 / 29.0))


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _encode(value: Any, to_srgb: F32) -> Any:
    return to_srgb[int(min(max(value, 0.0), 1.0) * _STEPS + np.float32(0.5))]


@numba.njit(cache=True, nogil=True, fastmath=True)
def recolor_pixels(
    rgb: U8, corner: tuple[int, int], slope: F32, offset: F32, allowed: F32, base: F32, along: F32,
    opacity: float, curves: F32, colors: F32, shine_from: float, shine_range: float, gains: F32, light: F32,
    to_linear: F32, to_lightness: F32, to_srgb: F32,
) -> None:  # fmt: skip
    """Recolour the part of ``rgb`` (h, w, 3) whose upper left corner is ``corner`` (x, y), in place.

    All over that part: ``slope``, ``offset`` (h, w): the matte is slope * L* / 100 + offset, times
    ``allowed`` (h, w); ``base`` (h, w): local mean of the hair's L*; ``along`` (h, w): 0 root .. 1 tip.
    ``curves`` (2, 256): new L* of root and tip; ``colors`` (2, 3): Lab of root and tip; highlights begin at
    L* ``shine_from`` and are full ``shine_range`` above; ``gains`` (4,): of detail, its noise floor in L*,
    gloss, one over the L* at which detail is halved; ``light`` (3,): linear gain.
    """
    height, width = allowed.shape
    left, top = corner
    whole = np.float32(opacity)
    bright, span = np.float32(shine_from), np.float32(shine_range)
    last = np.float32(curves.shape[1] - 1)
    per_step = last * np.float32(0.01)
    for y in range(height):
        for x in range(width):
            if allowed[y, x] < _LEAST:
                continue
            r = to_linear[rgb[y + top, x + left, 0]]
            g = to_linear[rgb[y + top, x + left, 1]]
            b = to_linear[rgb[y + top, x + left, 2]]
            luma = np.float32(0.2126) * r + np.float32(0.7152) * g + np.float32(0.0722) * b
            lightness = to_lightness[int(luma * _STEPS + np.float32(0.5))]
            alpha = slope[y, x] * lightness * np.float32(0.01) + offset[y, x]
            alpha = min(max(alpha * np.float32(1.4) - np.float32(0.2), 0.0), 1.0) * allowed[y, x] * whole
            if alpha < _LEAST:
                continue
            # Where hair covers a pixel in part, its own lightness is that of its neighbours.
            local = base[y, x]
            fine = (lightness - local) * alpha
            size = abs(fine)
            # Noise is not made stronger, nor is background that shows between strands.
            gate = size / (size + gains[1]) / (np.float32(1.0) + size * gains[3])
            position = min(max(local * per_step, 0.0), last - np.float32(1.0))
            cell = int(position)
            part = position - np.float32(cell)
            t = along[y, x]
            root = curves[0, cell] + part * (curves[0, cell + 1] - curves[0, cell])
            tip = curves[1, cell] + part * (curves[1, cell + 1] - curves[1, cell])
            target = colors[0, 0] + t * (colors[1, 0] - colors[0, 0])
            new = root + t * (tip - root) + fine * gains[0] * gate
            new = min(max(new, np.float32(0.25) * target), np.float32(99.0))
            # Deep shadows and highlights hold less colour; the first reflection of a hair is white.
            shine = min(max((lightness - bright) / span, 0.0), 1.0) * gains[2]
            depth = new / max(target, np.float32(1.0))
            vivid = min(depth, np.float32(1.05)) * (np.float32(1.0) - np.float32(0.5) * shine)
            ca = (colors[0, 1] + t * (colors[1, 1] - colors[0, 1])) * vivid
            cb = (colors[0, 2] + t * (colors[1, 2] - colors[0, 2])) * vivid
            fy = (new + np.float32(16.0)) / np.float32(116.0)
            cx = _inverse_f(fy + ca / np.float32(500.0)) * np.float32(0.95047)
            cy = _inverse_f(fy)
            cz = _inverse_f(fy - cb / np.float32(200.0)) * np.float32(1.08883)
            nr = np.float32(3.2404542) * cx - np.float32(1.5371385) * cy - np.float32(0.4985314) * cz
            ng = np.float32(-0.9692660) * cx + np.float32(1.8760108) * cy + np.float32(0.0415560) * cz
            nb = np.float32(0.0556434) * cx - np.float32(0.2040259) * cy + np.float32(1.0572252) * cz
            half = np.float32(0.5)
            rgb[y + top, x + left, 0] = int(_encode(r + alpha * (nr * light[0] - r), to_srgb) + half)
            rgb[y + top, x + left, 1] = int(_encode(g + alpha * (ng * light[1] - g), to_srgb) + half)
            rgb[y + top, x + left, 2] = int(_encode(b + alpha * (nb * light[2] - b), to_srgb) + half)
