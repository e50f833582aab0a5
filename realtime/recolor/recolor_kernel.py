"""The recolourer's loop over pixels.

It works in runs of one row: loops of arithmetic alone, which compile to vector instructions, take turns with
loops that look tables up.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from realtime.color_tables import LINEAR_STEPS
from realtime.recolor.recolor_channels import (
    ALLOWED,
    ALONG,
    BASE,
    CHANNELS,
    HAIR,
    INNER,
    OFFSET,
    REGION,
    SLOPE,
)

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
# Pixels of a run, at most (a block, where that is larger), and from one value's place in its scratch memory
# to the next one's.
_RUN, _STRIDE = 48, 80
# Places of the values there, in strides, after those of the maps; "o" and "n": old and new
# hair; first of all, the places of the new one hold the sRGB levels.
(_R, _G, _B, _ALPHA, _O_R, _O_G, _O_B, _LUMA, _L, _STRAND, _LOCK, _CHOSEN, _TIP, _AT, _NEW,
 _N_R, _N_G, _N_B, _VALUES) = (np.arange(19) + CHANNELS).tolist()  # fmt: skip


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _inverse_f(value: Any) -> Any:
    """CIE Lab's f inverted."""
    line = np.float32(3.0 * (6.0 / 29.0) ** 2) * (value - np.float32(4.0 / 29.0))
    return value * value * value if value > np.float32(6.0 / 29.0) else line


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _smooth(value: Any) -> Any:
    x = min(max(value, _ZERO), _ONE)
    return x * x * (np.float32(3.0) - x - x)


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _index(value: Any) -> Any:
    """Where linear light is found in its tables."""
    return np.int32(min(max(value, _ZERO), _ONE) * _STEPS + _HALF)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def recolor_pixels(
    rgb: U8, corner: tuple[int, int], size: tuple[int, int], block: int, maps: F32, texture: F32,
    to_texture: F32, opacity: float, curves: F32, colors: F32, numbers: F32, light: F32,
    to_linear: F32, to_lightness: F32, to_srgb: U8,
) -> None:  # fmt: skip
    """Recolour the part of ``rgb`` (h, w, 3) of ``size`` (width, height) at ``corner`` (x, y), in place.

    ``maps`` (12, hc, wc): see :class:`realtime.recolor.recolor_maps.HairMaps`, of blocks of ``block`` px, at
    most 64, from the part's corner on. ``texture`` (ht, wt, 3): in channels 1 and 2 what runs along strands
    and locks; ``to_texture`` (2, 3) leads there from frame pixels. ``curves``, ``colors`` and ``light``: see
    :class:`realtime.recolor.recolor_shades.Shades`; ``numbers``: gain of detail, its noise floor in L*, a* of
    shade; L* where highlights begin, one over how far they go, gloss; L* of drawn strands and of locks, b* of
    locks; a gradient's edge, one over its size, jitter and least deviate, share of strands and of locks in
    the choice, one over its softness, how full the colour is; share of grey left, L* of pigmented hair,
    whether nothing may become lighter. ``to_linear``, ``to_lightness`` and ``to_srgb``: the tables of
    :mod:`realtime.color_tables`, the last one rounded.

    Where hair covers a pixel in part, the change of the hair around it is added in proportion: what shines
    through keeps its colour, so no rim of the old one stays.
    """
    width, height = size
    left, top = corner
    rows, columns = maps.shape[1:]
    whole = np.float32(opacity)
    last = np.float32(curves.shape[1] - 1)
    per_step = last * np.float32(0.01)
    # What is held in variables is not read anew after each write.
    (gain, noise, shade, bright, per_highlight, gloss, drawn, lock_l, lock_b,
     edge, per_edge, jitter, least, strands, locks, per_soft, full,
     grey_left, pigmented, realistic) = (
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7],
        numbers[8], numbers[9], numbers[10], numbers[11], numbers[12], numbers[13], numbers[14], numbers[15],
        numbers[16], numbers[17], numbers[18], numbers[19],
    )  # fmt: skip
    root_l, root_a, root_b = colors[0, 0], colors[0, 1], colors[0, 2]
    tip_l, tip_a, tip_b = colors[1, 0], colors[1, 1], colors[1, 2]
    second_l, second_a, second_b = colors[2, 0], colors[2, 1], colors[2, 2]
    light_r, light_g, light_b = light[0] * light[0], light[1] * light[1], light[2] * light[2]
    textured = drawn > _ZERO or lock_l > _ZERO or lock_b > _ZERO or full > _ZERO
    # Pixels lie between the middles of blocks: cell p, with a margin of one, begins at p * block - before.
    before = (block + 1) // 2
    first = _HALF if block % 2 == 0 else _ZERO
    per_block = _ONE / np.float32(block)
    cells = (width - 1 + before) // block + 1
    per_run = max(_RUN // block, 1)
    line = np.empty((CHANNELS, cells + 1), np.float32)
    v = np.zeros(_VALUES * _STRIDE, np.float32)
    look_up = np.zeros(3 * _STRIDE, np.int32)
    for y in range(height):
        at = min(max((np.float32(y) + _HALF) / np.float32(block) - _HALF, _ZERO), np.float32(rows - 1))
        upper = min(int(at), max(rows - 2, 0))
        lower = min(upper + 1, rows - 1)
        down = at - np.float32(upper)
        for c in range(CHANNELS):
            for i in range(columns):
                line[c, i + 1] = maps[c, upper, i] + down * (maps[c, lower, i] - maps[c, upper, i])
            line[c, 0] = line[c, 1]
            for i in range(columns + 1, cells + 1):
                line[c, i] = line[c, columns]
        for cell in range(0, cells, per_run):
            count = min(per_run, cells - cell)
            most = _ZERO
            for i in range(cell, cell + count + 1):
                most = max(most, line[ALLOWED, i])
            if most < _LEAST:
                continue
            n = count * block
            start = cell * block - before
            low, high = max(-start, 0), min(n, width - start)
            for c in range(CHANNELS):
                for i in range(count):
                    value = line[c, cell + i]
                    rise = (line[c, cell + i + 1] - value) * per_block
                    value += first * rise
                    place = c * _STRIDE + i * block
                    for m in range(block):
                        v[place + m] = value + rise * np.float32(m)
            for x in range(low, high):
                v[_R * _STRIDE + x] = to_linear[rgb[y + top, x + start + left, 0]]
                v[_G * _STRIDE + x] = to_linear[rgb[y + top, x + start + left, 1]]
                v[_B * _STRIDE + x] = to_linear[rgb[y + top, x + start + left, 2]]
            for x in range(low, high):
                v[_N_R * _STRIDE + x] = np.float32(rgb[y + top, x + start + left, 0])
                v[_N_G * _STRIDE + x] = np.float32(rgb[y + top, x + start + left, 1])
                v[_N_B * _STRIDE + x] = np.float32(rgb[y + top, x + start + left, 2])
            most = _ZERO
            for x in range(n):
                alpha = (
                    v[SLOPE * _STRIDE + x] * v[_N_R * _STRIDE + x]
                    + v[(SLOPE + 1) * _STRIDE + x] * v[_N_G * _STRIDE + x]
                    + v[(SLOPE + 2) * _STRIDE + x] * v[_N_B * _STRIDE + x]
                ) * _PER_LEVEL + v[OFFSET * _STRIDE + x]
                alpha = max(alpha * _STRETCH - _CUT, v[INNER * _STRIDE + x])
                alpha = min(alpha, v[ALLOWED * _STRIDE + x]) * whole
                v[_ALPHA * _STRIDE + x] = alpha
                most = max(most, alpha)
            if most < _LEAST:
                continue
            for x in range(n):
                alpha = v[_ALPHA * _STRIDE + x]
                own = _smooth((alpha - _OWN_FROM) / _OWN_RANGE)
                # No more of it than is in the pixel.
                share = _ONE / max(alpha, _LEAST)
                r, g, b = v[_R * _STRIDE + x], v[_G * _STRIDE + x], v[_B * _STRIDE + x]
                o_r, o_g, o_b = (
                    v[HAIR * _STRIDE + x],
                    v[(HAIR + 1) * _STRIDE + x],
                    v[(HAIR + 2) * _STRIDE + x],
                )
                o_r = min(o_r + own * (r - o_r), r * share)
                o_g = min(o_g + own * (g - o_g), g * share)
                o_b = min(o_b + own * (b - o_b), b * share)
                luma = np.float32(0.2126) * o_r + np.float32(0.7152) * o_g + np.float32(0.0722) * o_b
                v[_O_R * _STRIDE + x], v[_O_G * _STRIDE + x], v[_O_B * _STRIDE + x] = o_r, o_g, o_b
                v[_LUMA * _STRIDE + x] = luma
                look_up[x] = _index(luma)
            for x in range(low, high):
                v[_L * _STRIDE + x] = to_lightness[look_up[x]]
            if textured:
                fx, fy = np.float32(start + left), np.float32(y + top)
                a0 = to_texture[0, 0] * fx + to_texture[0, 1] * fy + to_texture[0, 2]
                b0 = to_texture[1, 0] * fx + to_texture[1, 1] * fy + to_texture[1, 2]
                for x in range(low, high):
                    a = a0 + to_texture[0, 0] * np.float32(x)
                    b = b0 + to_texture[1, 0] * np.float32(x)
                    strand, lock = _ZERO, _ZERO
                    inside = a >= _ZERO and b >= _ZERO
                    inside &= a < texture.shape[1] - 1 and b < texture.shape[0] - 1
                    if inside and v[_ALPHA * _STRIDE + x] >= _LEAST:
                        p, q = int(a), int(b)
                        s, t = a - np.float32(p), b - np.float32(q)
                        over = texture[q, p, 1] + s * (texture[q, p + 1, 1] - texture[q, p, 1])
                        under = texture[q + 1, p, 1] + s * (texture[q + 1, p + 1, 1] - texture[q + 1, p, 1])
                        strand = over + t * (under - over)
                        over = texture[q, p, 2] + s * (texture[q, p + 1, 2] - texture[q, p, 2])
                        under = texture[q + 1, p, 2] + s * (texture[q + 1, p + 1, 2] - texture[q + 1, p, 2])
                        lock = over + t * (under - over)
                    v[_STRAND * _STRIDE + x], v[_LOCK * _STRIDE + x] = strand, lock
            for x in range(n):
                local, inner = v[BASE * _STRIDE + x], v[INNER * _STRIDE + x]
                # At the edge of the hair something else shines in: its light is no highlight.
                fine = (v[_L * _STRIDE + x] - local) * (_EDGE + (_ONE - _EDGE) * inner)
                fine = min(fine, fine * inner)
                # Noise is not made stronger, nor is what lies on the hair.
                fine *= gain * abs(fine) / (abs(fine) + noise)
                v[_AT * _STRIDE + x] = min(max((local + fine) * per_step, _ZERO), last - np.float32(1.001))
                tip, lock = v[ALONG * _STRIDE + x], v[_LOCK * _STRIDE + x]
                pick = strands * v[_STRAND * _STRIDE + x] + locks * lock
                chosen = _smooth((pick - least) * per_soft + _HALF) * full
                chosen *= _smooth((tip + jitter * lock - edge) * per_edge + _HALF)
                # The border of a region runs along strands.
                region = (v[REGION * _STRIDE + x] - _HALF) * _BORDER + _BORDER_LOCK * pick
                chosen *= _smooth(region + _HALF)
                v[_CHOSEN * _STRIDE + x] = chosen
                v[_TIP * _STRIDE + x] = (_ONE - chosen) * tip
            for x in range(low, high):
                position = v[_AT * _STRIDE + x]
                step = int(position)
                f = position - np.float32(step)
                chosen, tip = v[_CHOSEN * _STRIDE + x], v[_TIP * _STRIDE + x]
                new = (_ONE - chosen - tip) * (curves[0, step] + f * (curves[0, step + 1] - curves[0, step]))
                new += tip * (curves[1, step] + f * (curves[1, step + 1] - curves[1, step]))
                new += chosen * (curves[2, step] + f * (curves[2, step + 1] - curves[2, step]))
                v[_NEW * _STRIDE + x] = new
            for x in range(n):
                new, lock = v[_NEW * _STRIDE + x], v[_LOCK * _STRIDE + x]
                chosen, tip = v[_CHOSEN * _STRIDE + x], v[_TIP * _STRIDE + x]
                root = _ONE - chosen - tip
                target = root * root_l + tip * tip_l + chosen * second_l
                depth = min(new / max(target, _ONE), np.float32(1.2))
                new += (drawn * v[_STRAND * _STRIDE + x] + lock_l * lock) * depth
                new = min(max(new, np.float32(0.2) * target), np.float32(99.0))
                # Deep shadows hold less colour, highlights too: the first reflection of a hair is white.
                shine = min(max((v[_L * _STRIDE + x] - bright) * per_highlight, _ZERO), _ONE) * gloss
                vivid = (new + np.float32(4.0)) / (target + np.float32(4.0))
                vivid = min(vivid * (np.float32(1.5) - _HALF * vivid), _ONE) * (_ONE - _HALF * shine)
                vivid *= _ONE - max(new - target, _ZERO) * np.float32(0.012)
                ca = (root * root_a + tip * tip_a + chosen * second_a) * vivid
                cb = (root * root_b + tip * tip_b + chosen * second_b) * vivid - lock_b * lock
                # The shade of pale hair is brown, not grey.
                ca += shade * max(_ONE - new / max(target, _ONE), _ZERO)
                f_y = (new + np.float32(16.0)) / np.float32(116.0)
                cx = _inverse_f(f_y + ca / np.float32(500.0)) * np.float32(0.95047)
                cy = _inverse_f(f_y)
                cz = _inverse_f(f_y - cb / np.float32(200.0)) * np.float32(1.08883)
                n_r = np.float32(3.2404542) * cx - np.float32(1.5371385) * cy - np.float32(0.4985314) * cz
                n_g = np.float32(-0.9692660) * cx + np.float32(1.8760108) * cy + np.float32(0.0415560) * cz
                n_b = np.float32(0.0556434) * cx - np.float32(0.2040259) * cy + np.float32(1.0572252) * cz
                v[_N_R * _STRIDE + x] = n_r * light_r
                v[_N_G * _STRIDE + x] = n_g * light_g
                v[_N_B * _STRIDE + x] = n_b * light_b
            if realistic > _HALF:
                for x in range(n):
                    n_r, n_g, n_b = v[_N_R * _STRIDE + x], v[_N_G * _STRIDE + x], v[_N_B * _STRIDE + x]
                    now = np.float32(0.2126) * n_r + np.float32(0.7152) * n_g + np.float32(0.0722) * n_b
                    less = min(v[_LUMA * _STRIDE + x] / max(now, np.float32(1e-5)), _ONE)
                    v[_N_R * _STRIDE + x] = n_r * less
                    v[_N_G * _STRIDE + x] = n_g * less
                    v[_N_B * _STRIDE + x] = n_b * less
            if grey_left > _ZERO:
                for x in range(n):
                    o_r, o_g, o_b = v[_O_R * _STRIDE + x], v[_O_G * _STRIDE + x], v[_O_B * _STRIDE + x]
                    brightest = max(max(o_r, o_g), o_b)
                    gap = brightest - min(min(o_r, o_g), o_b)
                    pale = _ONE - gap / (brightest + _LEAST) / _GREY_CHROMA
                    above = v[_L * _STRIDE + x] - min(v[BASE * _STRIDE + x], pigmented)
                    grey = _smooth(np.float32(2.0) * pale) * _smooth((above - _GREY_FROM) / _GREY_RANGE)
                    v[_ALPHA * _STRIDE + x] *= _ONE - grey * grey_left
            for x in range(n):
                alpha = v[_ALPHA * _STRIDE + x]
                r = v[_R * _STRIDE + x] + alpha * (v[_N_R * _STRIDE + x] - v[_O_R * _STRIDE + x])
                g = v[_G * _STRIDE + x] + alpha * (v[_N_G * _STRIDE + x] - v[_O_G * _STRIDE + x])
                b = v[_B * _STRIDE + x] + alpha * (v[_N_B * _STRIDE + x] - v[_O_B * _STRIDE + x])
                look_up[x] = _index(r)
                look_up[_STRIDE + x] = _index(g)
                look_up[2 * _STRIDE + x] = _index(b)
            for x in range(low, high):
                if v[_ALPHA * _STRIDE + x] >= _LEAST:
                    rgb[y + top, x + start + left, 0] = to_srgb[look_up[x]]
                    rgb[y + top, x + start + left, 1] = to_srgb[look_up[_STRIDE + x]]
                    rgb[y + top, x + start + left, 2] = to_srgb[look_up[2 * _STRIDE + x]]
