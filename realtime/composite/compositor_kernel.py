"""The compositor's loops over pixels."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from realtime.color_tables import LINEAR_STEPS

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]

_ZERO = np.float32(0.0)
_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_BYTE = np.float32(1.0 / 255.0)
_WHITE = np.float32(255.0)
_WHOLE = np.float32(0.998)
_STEPS = np.float32(LINEAR_STEPS)
# Linear factors close to k ** (.85, 1, 1.08) for a shadow factor k: skin under hair turns warm, not grey.
_WARM_RED = np.float32(0.87)
_WARM_BLUE = np.float32(1.06)
_LEAST, _OPAQUE = np.float32(0.003), np.float32(0.0004)
# A shadow below this is less than one level of sRGB anywhere.
_FAINTEST = np.float32(0.006)


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always", error_model="numpy")
def _encode(value: Any, grain: Any, to_srgb: F32) -> Any:
    index = np.uintp(np.int32(min(value, _ONE) * _STEPS + _HALF))
    return np.uint8(np.int32(min(max(to_srgb[index] + grain, _ZERO), _WHITE)))


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always", error_model="numpy")
def _decode(value: Any, to_linear: F32) -> Any:
    return to_linear[np.uintp(np.int32(value + _HALF))]


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _spans(values: F32, channel: int, least: np.float32) -> I32:
    """(n, 2): the first column of each row of ``values`` (n, m, k) whose ``channel`` is above ``least``, and
    the one behind the last; m and 0 where there is none."""
    rows, columns = values.shape[:2]
    spans = np.zeros((rows, 2), np.int32)
    for i in range(rows):
        begin, end = 0, columns
        while begin < columns and values[i, begin, channel] <= least:
            begin += 1
        while end > begin and values[i, end - 1, channel] <= least:
            end -= 1
        spans[i, 0], spans[i, 1] = begin, end if begin < columns else 0
    return spans


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def coverage(hair: F32, side: int) -> F32:
    """(h / side, w / side) float32: the mean alpha of ``hair`` (h, w, 4) in squares of ``side`` px."""
    rows, columns = hair.shape[0] // side, hair.shape[1] // side
    sums = np.zeros((rows, columns), np.float32)
    share = np.float32(1.0 / (side * side))
    for i in range(rows * side):
        for k in range(columns):
            total = _ZERO
            for j in range(k * side, (k + 1) * side):
                total += hair[np.uintp(i), np.uintp(j), np.uintp(3)]
            sums[i // side, k] += share * total
    return sums


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def skin_light(head: U8, masks: F32, to_linear: F32) -> F32:
    """(n, m, 4) float32: linear light of ``head`` (n, m, 4) uint8 times its weight, and the weight, 0..1,
    wherever in a row, or in the next, the first of ``masks`` (n, m, 2) is above nothing; zeros elsewhere."""
    rows, columns = masks.shape[:2]
    light = np.zeros((rows, columns, 4), np.float32)
    spans = _spans(masks, 0, _LEAST)
    for k in range(rows):
        begin, end = columns, 0
        for v in range(max(k - 1, 0), min(k + 2, rows)):
            begin, end = min(begin, spans[v, 0]), max(end, spans[v, 1])
        for m in range(max(begin - 1, 0), min(end + 1, columns)):
            weight = np.float32(head[k, m, 3]) * _BYTE
            if weight > _ZERO:
                for c in range(3):
                    light[k, m, c] = weight * to_linear[np.uintp(head[k, m, c])]
                light[k, m, 3] = weight
    return light


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always", error_model="numpy")
def _between_rows(image: F32 | U8, row: Any, share: Any, begin: Any, end: Any, line: F32) -> None:
    """Write the columns ``begin`` to ``end`` between ``row`` and the next to ``line``, channels flattened."""
    channels = image.shape[2]
    flat, stride = image.reshape(-1), image.shape[1] * channels
    upper, lower = np.uintp(row * stride), np.uintp((row + 1) * stride)
    for c in range(np.uintp(begin * channels), np.uintp(end * channels)):
        above = np.float32(flat[upper + c])
        line[c] = above + share * (np.float32(flat[lower + c]) - above)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def blend_pixels(
    rgb: U8, area: tuple[int, int, int, int], hair: F32, place: tuple[float, float, float],
    masks: F32, skin: F32, cells: tuple[float, float, float], plate: U8, cover: U8,
    corner: tuple[int, int], noise: F32, shift: tuple[int, int], opacity: float, black: float, sigma: float,
    to_linear: F32, to_srgb: F32,
) -> None:  # fmt: skip
    """Fill, shadow and hair over the part ``area`` (left, top, right, bottom) of ``rgb`` (h, w, 3), in place.

    ``hair`` (h, w, 4): premultiplied linear layer, a border of at least one empty pixel around it, its
    pixel (i, j) at frame pixel ``place`` = (x, y, size): x + j * size, y + i * size. ``masks`` (n, m, 2): how
    much is removed, and the share of light kept off, 0..1, and ``skin`` (n, m, 4): as of skin_light, in cells
    that lie at ``cells`` as hair's pixels at ``place``, and reach around ``area``; or all empty. ``plate``
    (k, l, 3): sRGB of what is behind in the whole frame, at any resolution. ``cover`` (n, m): what is in
    front of all this, its first pixel at ``corner`` (x, y) of the frame. ``noise``: square tile, its side a
    power of two, fixed to the point ``shift`` (x, y); ``sigma``: its strength, 0..255.
    """
    left, top, right, bottom = area
    grains, grain_side = noise.reshape(-1), noise.shape[0]
    height, width = rgb.shape[:2]
    rows, columns = hair.shape[:2]
    step, start = np.float32(1.0 / place[2]), np.float32(place[0] / place[2])
    cell, begin_cells = np.float32(1.0 / cells[2]), np.float32(cells[0] / cells[2])
    scale = np.float32(opacity)
    keep, lift = np.float32((1.0 - black) * opacity), np.float32(0.9 * black)
    grain_scale = np.float32(sigma)
    hair_spans = _spans(hair, 3, _ZERO)
    removed_spans, shade_spans = _spans(masks, 0, _LEAST), _spans(masks, 1, _FAINTEST)
    strand = np.zeros(4 * columns + 4, np.float32)
    mask = np.zeros(2 * masks.shape[1] + 2, np.float32)
    face = np.zeros(4 * skin.shape[1] + 4, np.float32)
    wall = np.zeros(3 * plate.shape[1] + 3, np.float32)
    # Pixel centres of a picture that was resized.
    plate_step, plate_down = np.float32(plate.shape[1] / width), plate.shape[0] / height
    plate_start, most = _HALF * plate_step - _HALF, np.float32(plate.shape[1] - 1)
    for y in range(top, bottom):
        begin, end, first, last = right, left, right, left
        sy = np.float32((y - place[1]) / place[2])
        i = int(np.floor(sy))
        if 0 <= i < rows - 1:
            low = min(hair_spans[i, 0], hair_spans[i + 1, 0])
            high = max(hair_spans[i, 1], hair_spans[i + 1, 1])
            if low < high:
                low, high = max(low - 1, 0), min(high + 1, columns)
                _between_rows(hair, i, sy - np.float32(i), low, high, strand)
                first = max(left, int(np.ceil(place[0] + low * place[2])))
                last = min(right, int(np.ceil(place[0] + (high - 1) * place[2])))
        removing = False
        if masks.shape[0] > 0:
            sy = np.float32((y - cells[1]) / cells[2])
            i = int(sy)
            share = sy - np.float32(i)
            low = min(removed_spans[i, 0], removed_spans[i + 1, 0])
            high = max(removed_spans[i, 1], removed_spans[i + 1, 1])
            removing = low < high
            if removing:
                low, high = max(low - 1, 0), min(high + 1, masks.shape[1])
                _between_rows(skin, i, share, low, high, face)
                sy = np.float32(min(max((y + 0.5) * plate_down - 0.5, 0.0), plate.shape[0] - 1.0))
                m = min(int(sy), plate.shape[0] - 2)
                _between_rows(plate, m, sy - np.float32(m), 0, plate.shape[1], wall)
            low = min(low, min(shade_spans[i, 0], shade_spans[i + 1, 0]))
            high = max(high, max(shade_spans[i, 1], shade_spans[i + 1, 1]))
            if low < high:
                low, high = max(low - 1, 0), min(high + 1, masks.shape[1])
                _between_rows(masks, i, share, low, high, mask)
                begin = max(left, int(np.ceil(cells[0] + low * cells[2])))
                end = min(right, int(np.ceil(cells[0] + (high - 1) * cells[2])))
        noise_row = ((y - shift[1]) & (grain_side - 1)) * grain_side
        q = y - corner[1]
        covered = cover.shape[1] if 0 <= q < cover.shape[0] else 0
        for x in range(min(begin, first), max(end, last)):
            alpha = removed = shade = front = _ZERO
            f = g = _ZERO
            j = k = np.uintp(0)
            if first <= x < last:
                sx = np.float32(x) * step - start
                j = np.uintp(np.int32(sx))
                f = sx - np.float32(j)
                j *= np.uintp(4)
                a = strand[j + np.uintp(3)]
                alpha = (a + f * (strand[j + np.uintp(7)] - a)) * scale
            rest = _ONE - alpha
            if begin <= x < end and rest > _OPAQUE:
                sx = np.float32(x) * cell - begin_cells
                k = np.uintp(np.int32(sx))
                g = sx - np.float32(k)
                k *= np.uintp(2)
                a, b = mask[k], mask[k + np.uintp(1)]
                removed = a + g * (mask[k + np.uintp(2)] - a)
                shade = b + g * (mask[k + np.uintp(3)] - b)
            if alpha < _LEAST and removed < _LEAST and shade < _FAINTEST:
                continue
            if 0 <= x - corner[0] < covered:
                front = np.float32(cover[q, x - corner[0]]) * _BYTE
                if front > _WHOLE:
                    continue
            v, u = np.uintp(y), np.uintp(x)
            red = green = blue = _ZERO
            if rest > _OPAQUE:
                red = to_linear[rgb[v, u, np.uintp(0)]]
                green = to_linear[rgb[v, u, np.uintp(1)]]
                blue = to_linear[rgb[v, u, np.uintp(2)]]
                if removing and removed >= _LEAST:
                    k *= np.uintp(2)
                    a = face[k + np.uintp(3)]
                    weight = a + g * (face[k + np.uintp(7)] - a)
                    other, stays = (_ONE - weight) * removed, _ONE - removed
                    a = face[k]
                    red = red * stays + removed * (a + g * (face[k + np.uintp(4)] - a))
                    a = face[k + np.uintp(1)]
                    green = green * stays + removed * (a + g * (face[k + np.uintp(5)] - a))
                    a = face[k + np.uintp(2)]
                    blue = blue * stays + removed * (a + g * (face[k + np.uintp(6)] - a))
                    if other >= _LEAST:
                        sx = min(max(np.float32(x) * plate_step + plate_start, _ZERO), most)
                        p = np.uintp(np.int32(sx))
                        h = sx - np.float32(p)
                        p *= np.uintp(3)
                        a, b, c = wall[p], wall[p + np.uintp(1)], wall[p + np.uintp(2)]
                        red += other * _decode(a + h * (wall[p + np.uintp(3)] - a), to_linear)
                        green += other * _decode(b + h * (wall[p + np.uintp(4)] - b), to_linear)
                        blue += other * _decode(c + h * (wall[p + np.uintp(5)] - c), to_linear)
                if shade >= _FAINTEST:
                    red *= _ONE - _WARM_RED * shade
                    green *= _ONE - shade
                    blue *= _ONE - min(_WARM_BLUE * shade, _ONE)
                red *= rest
                green *= rest
                blue *= rest
            if alpha > _ZERO:
                base = lift * alpha
                a, b, c = strand[j], strand[j + np.uintp(1)], strand[j + np.uintp(2)]
                red += (a + f * (strand[j + np.uintp(4)] - a)) * keep + base
                green += (b + f * (strand[j + np.uintp(5)] - b)) * keep + base
                blue += (c + f * (strand[j + np.uintp(6)] - c)) * keep + base
            if front > _ZERO:
                red += front * (to_linear[rgb[v, u, np.uintp(0)]] - red)
                green += front * (to_linear[rgb[v, u, np.uintp(1)]] - green)
                blue += front * (to_linear[rgb[v, u, np.uintp(2)]] - blue)
                alpha, removed = alpha * (_ONE - front), removed * (_ONE - front)
            tile = np.uintp(noise_row + ((x - shift[0]) & (grain_side - 1)))
            grain = grain_scale * max(alpha, removed) * grains[tile] + _HALF
            rgb[v, u, np.uintp(0)] = _encode(red, grain, to_srgb)
            rgb[v, u, np.uintp(1)] = _encode(green, grain, to_srgb)
            rgb[v, u, np.uintp(2)] = _encode(blue, grain, to_srgb)
