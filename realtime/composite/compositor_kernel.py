"""The compositor's loop over pixels."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from realtime.color_tables import LINEAR_STEPS

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_BYTE = np.float32(1.0 / 255.0)
_WHOLE = np.float32(0.998)
_STEPS = np.float32(LINEAR_STEPS)
# Linear factors close to k ** (.85, 1, 1.08) for a shadow factor k: skin under hair turns warm, not grey.
_WARM_RED = np.float32(0.87)
_WARM_BLUE = np.float32(1.06)
_LEAST = np.float32(0.003)
# A shadow below this is less than one level of sRGB anywhere.
_FAINTEST = np.float32(0.006)


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _encode(value: Any, grain: Any, to_srgb: F32) -> int:
    index = int(min(value, _ONE) * _STEPS + np.float32(0.5))
    return int(min(max(to_srgb[index] + grain, np.float32(0.0)), np.float32(255.0)))


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _sample(hair: F32, y: Any, x: Any, fy: Any, fx: Any, channel: int) -> Any:
    """Bilinear value between pixels (y, x) and (y + 1, x + 1)."""
    top = hair[y, x, channel] + fx * (hair[y, x + 1, channel] - hair[y, x, channel])
    low = hair[y + 1, x, channel] + fx * (hair[y + 1, x + 1, channel] - hair[y + 1, x, channel])
    return top + fy * (low - top)


@numba.njit(cache=True, nogil=True, fastmath=True)
def blend_pixels(
    rgb: U8, area: tuple[int, int, int, int], hair: F32, place: tuple[float, float, float], dark: F32,
    masks: U8, head: U8, plate: U8, inner: tuple[int, int], cover: U8, corner: tuple[int, int],
    noise: F32, shift: tuple[int, int], opacity: float, black: float, sigma: float,
    to_linear: F32, to_srgb: F32,
) -> None:  # fmt: skip
    """Fill, shadow and hair over the part ``area`` (left, top, right, bottom) of ``rgb`` (h, w, 3), in place.

    ``hair`` (h, w, 4): premultiplied linear layer, a border of at least one empty pixel around it, its
    pixel (i, j) at frame pixel ``place`` = (x, y, size): x + j * size, y + i * size. ``dark``: share of
    light kept off, and ``masks`` as in ``RemovalFill``, over ``area``, or empty; ``head`` and ``plate`` as
    there too, over the part of the frame in which something is removed, which begins at ``inner`` (x, y).
    ``cover`` (n, m): what is in front of all this, its first pixel at ``corner`` (x, y) of the frame.
    ``noise``: square tile, its side a power of two, fixed to the point ``shift`` (x, y); ``sigma``: its
    strength, 0..255.
    """
    left, top, right, bottom = area
    rows, columns = hair.shape[:2]
    step = np.float32(1.0 / place[2])
    whole = place[2] == 1.0 and place[0] == np.floor(place[0]) and place[1] == np.floor(place[1])
    start = np.float32(place[0]) * step
    first = int(np.ceil(place[0]))
    last = int(np.ceil(place[0] + (columns - 1) * place[2]))
    removing = masks.size > 0
    wrap = noise.shape[0] - 1
    scale = np.float32(opacity)
    keep = np.float32((1.0 - black) * opacity)
    lift = np.float32(0.9 * black)
    grain_scale = np.float32(sigma)
    removed = shade = np.float32(0.0)
    for y in range(top, bottom):
        sy = np.float32(y - place[1]) * step
        i = int(np.floor(sy))
        fy = sy - np.float32(i)
        begin, end = (first, last) if 0 <= i < rows - 1 else (right, right)
        noise_row = (y - shift[1]) & wrap
        q = y - corner[1]
        covered = cover.shape[1] if 0 <= q < cover.shape[0] else 0
        for x in range(left, right):
            front = np.float32(cover[q, x - corner[0]]) * _BYTE if 0 <= x - corner[0] < covered else _ZERO
            if front > _WHOLE:
                continue
            alpha = np.float32(0.0)
            if begin <= x < end:
                sx = np.float32(x) * step - start
                j = min(int(sx), columns - 2)
                fx = sx - np.float32(j)
                alpha = (hair[i, j, 3] if whole else _sample(hair, i, j, fy, fx, 3)) * scale
            if removing:
                removed = np.float32(masks[y - top, x - left, 0]) * _BYTE * scale
                shade = np.float32(masks[y - top, x - left, 1]) * _BYTE * scale * dark[y - top, x - left]
            if alpha < _LEAST and removed < _LEAST and shade < _FAINTEST:
                continue
            rest = _ONE - alpha
            r = to_linear[rgb[y, x, 0]]
            g = to_linear[rgb[y, x, 1]]
            b = to_linear[rgb[y, x, 2]]
            if rest > _LEAST:
                if removed >= _LEAST:
                    v, u = y - inner[1], x - inner[0]
                    w = np.float32(head[v, u, 3]) * _BYTE * removed
                    z = removed - w
                    r += w * (to_linear[head[v, u, 0]] - r) + z * (to_linear[plate[v, u, 0]] - r)
                    g += w * (to_linear[head[v, u, 1]] - g) + z * (to_linear[plate[v, u, 1]] - g)
                    b += w * (to_linear[head[v, u, 2]] - b) + z * (to_linear[plate[v, u, 2]] - b)
                if shade >= _FAINTEST:
                    r *= _ONE - _WARM_RED * shade
                    g *= _ONE - shade
                    b *= _ONE - min(_WARM_BLUE * shade, _ONE)
            r *= rest
            g *= rest
            b *= rest
            if alpha > np.float32(0.0):
                base = lift * alpha
                if whole:
                    r += hair[i, j, 0] * keep + base
                    g += hair[i, j, 1] * keep + base
                    b += hair[i, j, 2] * keep + base
                else:
                    r += _sample(hair, i, j, fy, fx, 0) * keep + base
                    g += _sample(hair, i, j, fy, fx, 1) * keep + base
                    b += _sample(hair, i, j, fy, fx, 2) * keep + base
            if front > _ZERO:
                r += front * (to_linear[rgb[y, x, 0]] - r)
                g += front * (to_linear[rgb[y, x, 1]] - g)
                b += front * (to_linear[rgb[y, x, 2]] - b)
                alpha, removed = alpha * (_ONE - front), removed * (_ONE - front)
            grain = grain_scale * max(alpha, removed) * noise[noise_row, (x - shift[0]) & wrap] + np.float32(
                0.5
            )
            rgb[y, x, 0] = _encode(r, grain, to_srgb)
            rgb[y, x, 1] = _encode(g, grain, to_srgb)
            rgb[y, x, 2] = _encode(b, grain, to_srgb)
