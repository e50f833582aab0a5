"""The recolourer's loop over pixels."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from realtime.color_tables import LINEAR_STEPS
from realtime.recolor_maps import ALLOWED, ALONG, BASE, HAIR, INNER, OFFSET, REGION, SLOPE

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_STEPS = np.float32(LINEAR_STEPS)
_LEAST = np.float32(0.004)
_PER_LEVEL = np.float32(1.0 / 255.0)
_ONE, _ZERO, _HALF = np.float32(1.0), np.float32(0.0), np.float32(0.5)
# From this alpha on a pixel shows its own hair; below, the mean of the hair around it.
_OWN_FROM, _OWN_RANGE = np.float32(0.55), np.float32(0.40)
# How much of the matte's steps is taken for its uncertainty and cut off at both ends.
_STRETCH, _CUT = np.float32(1.16), np.float32(0.08)
# How steeply a region of the head ends, and how far locks reach over its border.
_BORDER, _BORDER_LOCK = np.float32(3.0), np.float32(0.4)
# Share of the detail that is kept at the edge of the hair.
_EDGE = np.float32(0.4)
# Chroma of grey hair relative to its brightness; L* over the other hair, from the first sign to surely.
_GREY_CHROMA, _GREY_FROM, _GREY_RANGE = np.float32(0.14), np.float32(8.0), np.float32(10.0)


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _inverse_f(value: Any) -> Any:
    """CIE Lab's f inverted."""
    if value > np.float32(6.0 / 29.0):
        return value * value * value
    return np.float32(3.0 * (6.0 / 29.0) ** 2) * (value - np.float32(4.0 / 29.0))


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _encode(value: Any, to_srgb: F32) -> Any:
    return to_srgb[int(min(max(value, _ZERO), _ONE) * _STEPS + _HALF)]


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _smooth(value: Any) -> Any:
    x = min(max(value, _ZERO), _ONE)
    return x * x * (np.float32(3.0) - x - x)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def recolor_pixels(
    rgb: U8, corner: tuple[int, int], size: tuple[int, int], maps: F32, texture: F32, to_texture: F32,
    opacity: float, curves: F32, colors: F32, numbers: F32, light: F32,
    to_linear: F32, to_lightness: F32, to_srgb: F32,
) -> None:  # fmt: skip
    """Recolour the part of ``rgb`` (h, w, 3) of ``size`` (width, height) at ``corner`` (x, y), in place.

    ``maps`` (hc, wc, 12): see :class:`realtime.recolor_maps.HairMaps`, over the part. ``texture``
    (ht, wt, 3): in channels 1 and 2 what runs along strands and locks; ``to_texture`` (2, 3) leads there from
    frame pixels.
    ``curves``, ``colors`` and ``light``: see :class:`realtime.recolor_shades.Shades`; ``numbers``: gain of
    detail, its noise floor in L*, a* of shade; L* where highlights begin, one over how far they go, gloss;
    L* of drawn strands and of locks, b* of locks; a gradient's edge, one over its size, jitter and least
    deviate, share of strands and of locks in the choice, one over its softness, how full the colour is; share
    of grey left, L* of pigmented hair, whether nothing may become lighter.

    Where hair covers a pixel in part, the change of the hair around it is added in proportion: what shines
    through keeps its colour, so no rim of the old one stays.
    """
    width, height = size
    left, top = corner
    whole = np.float32(opacity)
    rows, columns, channels = maps.shape
    last = np.float32(curves.shape[1] - 1)
    per_step = last * np.float32(0.01)
    step_x, step_y = np.float32(columns / width), np.float32(rows / height)
    line = np.empty((columns, channels), np.float32)
    for y in range(height):
        at = min(max((np.float32(y) + _HALF) * step_y - _HALF, _ZERO), np.float32(rows - 1))
        upper = min(int(at), max(rows - 2, 0))
        lower = min(upper + 1, rows - 1)
        down = at - np.float32(upper)
        for i in range(columns):
            for c in range(channels):
                line[i, c] = maps[upper, i, c] + down * (maps[lower, i, c] - maps[upper, i, c])
        for x in range(width):
            at = min(max((np.float32(x) + _HALF) * step_x - _HALF, _ZERO), np.float32(columns - 1))
            i = min(int(at), max(columns - 2, 0))
            j = min(i + 1, columns - 1)
            f = at - np.float32(i)
            allowed = line[i, ALLOWED] + f * (line[j, ALLOWED] - line[i, ALLOWED])
            if allowed < _LEAST:
                continue
            r8, g8, b8 = rgb[y + top, x + left, 0], rgb[y + top, x + left, 1], rgb[y + top, x + left, 2]
            alpha = line[i, OFFSET] + f * (line[j, OFFSET] - line[i, OFFSET])
            slope = line[i, SLOPE] + f * (line[j, SLOPE] - line[i, SLOPE])
            alpha += slope * np.float32(r8) * _PER_LEVEL
            slope = line[i, SLOPE + 1] + f * (line[j, SLOPE + 1] - line[i, SLOPE + 1])
            alpha += slope * np.float32(g8) * _PER_LEVEL
            slope = line[i, SLOPE + 2] + f * (line[j, SLOPE + 2] - line[i, SLOPE + 2])
            alpha += slope * np.float32(b8) * _PER_LEVEL
            inner = line[i, INNER] + f * (line[j, INNER] - line[i, INNER])
            alpha = min(max(alpha * _STRETCH - _CUT, inner), allowed) * whole
            if alpha < _LEAST:
                continue
            r, g, b = to_linear[r8], to_linear[g8], to_linear[b8]
            hair_r = line[i, HAIR] + f * (line[j, HAIR] - line[i, HAIR])
            hair_g = line[i, HAIR + 1] + f * (line[j, HAIR + 1] - line[i, HAIR + 1])
            hair_b = line[i, HAIR + 2] + f * (line[j, HAIR + 2] - line[i, HAIR + 2])
            own = _smooth((alpha - _OWN_FROM) / _OWN_RANGE)
            # No more of it than is in the pixel.
            hair_r = min(hair_r + own * (r - hair_r), r / alpha)
            hair_g = min(hair_g + own * (g - hair_g), g / alpha)
            hair_b = min(hair_b + own * (b - hair_b), b / alpha)
            luma = np.float32(0.2126) * hair_r + np.float32(0.7152) * hair_g + np.float32(0.0722) * hair_b
            lightness = to_lightness[int(min(luma, _ONE) * _STEPS + _HALF)]
            local = line[i, BASE] + f * (line[j, BASE] - line[i, BASE])
            # At the edge of the hair something else shines in: its light is no highlight.
            fine = (lightness - local) * (_EDGE + (_ONE - _EDGE) * inner)
            fine = min(fine, fine * inner)
            amount = abs(fine)
            # Noise is not made stronger, nor is what lies on the hair.
            gate = amount / (amount + numbers[1])

            fx, fy = np.float32(x + left), np.float32(y + top)
            u = to_texture[0, 0] * fx + to_texture[0, 1] * fy + to_texture[0, 2]
            v = to_texture[1, 0] * fx + to_texture[1, 1] * fy + to_texture[1, 2]
            strand, lock = _ZERO, _ZERO
            if u >= _ZERO and v >= _ZERO and u < texture.shape[1] - 1 and v < texture.shape[0] - 1:
                p, q = int(u), int(v)
                s, t = u - np.float32(p), v - np.float32(q)
                upper_s = texture[q, p, 1] + s * (texture[q, p + 1, 1] - texture[q, p, 1])
                lower_s = texture[q + 1, p, 1] + s * (texture[q + 1, p + 1, 1] - texture[q + 1, p, 1])
                strand = upper_s + t * (lower_s - upper_s)
                upper_s = texture[q, p, 2] + s * (texture[q, p + 1, 2] - texture[q, p, 2])
                lower_s = texture[q + 1, p, 2] + s * (texture[q + 1, p + 1, 2] - texture[q + 1, p, 2])
                lock = upper_s + t * (lower_s - upper_s)

            tip = line[i, ALONG] + f * (line[j, ALONG] - line[i, ALONG])
            region = line[i, REGION] + f * (line[j, REGION] - line[i, REGION])
            pick = numbers[13] * strand + numbers[14] * lock
            chosen = _smooth((pick - numbers[12]) * numbers[15] + _HALF) * numbers[16]
            chosen *= _smooth((tip + numbers[11] * lock - numbers[9]) * numbers[10] + _HALF)
            # The border of a region runs along strands.
            chosen *= _smooth((region - _HALF) * _BORDER + _BORDER_LOCK * pick + _HALF)
            share_r, share_t = (_ONE - chosen) * (_ONE - tip), (_ONE - chosen) * tip

            position = min(max((local + fine * numbers[0] * gate) * per_step, _ZERO), last - _ONE)
            cell = int(position)
            part = position - np.float32(cell)
            new = share_r * (curves[0, cell] + part * (curves[0, cell + 1] - curves[0, cell]))
            new += share_t * (curves[1, cell] + part * (curves[1, cell + 1] - curves[1, cell]))
            new += chosen * (curves[2, cell] + part * (curves[2, cell + 1] - curves[2, cell]))
            target = share_r * colors[0, 0] + share_t * colors[1, 0] + chosen * colors[2, 0]
            depth = min(new / max(target, _ONE), np.float32(1.2))
            new += (numbers[6] * strand + numbers[7] * lock) * depth
            new = min(max(new, np.float32(0.2) * target), np.float32(99.0))
            # Deep shadows hold less colour, highlights too: the first reflection of a hair is white.
            shine = min(max((lightness - numbers[3]) * numbers[4], _ZERO), _ONE) * numbers[5]
            vivid = (new + np.float32(4.0)) / (target + np.float32(4.0))
            vivid = min(vivid * (np.float32(1.5) - _HALF * vivid), _ONE) * (_ONE - _HALF * shine)
            vivid *= _ONE - max(new - target, _ZERO) * np.float32(0.012)
            ca = (share_r * colors[0, 1] + share_t * colors[1, 1] + chosen * colors[2, 1]) * vivid
            cb = (share_r * colors[0, 2] + share_t * colors[1, 2] + chosen * colors[2, 2]) * vivid
            cb -= numbers[8] * lock
            # The shade of pale hair is brown, not grey.
            ca += numbers[2] * max(_ONE - new / max(target, _ONE), _ZERO)
            f_y = (new + np.float32(16.0)) / np.float32(116.0)
            cx = _inverse_f(f_y + ca / np.float32(500.0)) * np.float32(0.95047)
            cy = _inverse_f(f_y)
            cz = _inverse_f(f_y - cb / np.float32(200.0)) * np.float32(1.08883)
            nr = (
                np.float32(3.2404542) * cx - np.float32(1.5371385) * cy - np.float32(0.4985314) * cz
            ) * light[0]
            ng = (
                np.float32(-0.9692660) * cx + np.float32(1.8760108) * cy + np.float32(0.0415560) * cz
            ) * light[1]
            nb = (
                np.float32(0.0556434) * cx - np.float32(0.2040259) * cy + np.float32(1.0572252) * cz
            ) * light[2]
            nr, ng, nb = nr * light[0], ng * light[1], nb * light[2]
            if numbers[19] > _HALF:
                now = np.float32(0.2126) * nr + np.float32(0.7152) * ng + np.float32(0.0722) * nb
                less = min(luma / max(now, np.float32(1e-5)), _ONE)
                nr, ng, nb = nr * less, ng * less, nb * less
            if numbers[17] > _ZERO:
                brightest = max(hair_r, hair_g, hair_b)
                pale = _ONE - (brightest - min(hair_r, hair_g, hair_b)) / (brightest + _LEAST) / _GREY_CHROMA
                grey = _smooth(np.float32(2.0) * pale)
                grey *= _smooth((lightness - min(local, numbers[18]) - _GREY_FROM) / _GREY_RANGE)
                alpha *= _ONE - grey * numbers[17]
            rgb[y + top, x + left, 0] = int(_encode(r + alpha * (nr - hair_r), to_srgb) + _HALF)
            rgb[y + top, x + left, 1] = int(_encode(g + alpha * (ng - hair_g), to_srgb) + _HALF)
            rgb[y + top, x + left, 2] = int(_encode(b + alpha * (nb - hair_b), to_srgb) + _HALF)
