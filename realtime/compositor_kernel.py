"""The compositor's loop over pixels."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from realtime.color_tables import LINEAR_STEPS

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_ONE = np.float32(1.0)
_BYTE = np.float32(1.0 / 255.0)
_STEPS = np.float32(LINEAR_STEPS)
# Linear factors close to k ** (.85, 1, 1.08) for a shadow factor k: skin under hair turns warm, not grey.
_WARM_RED = np.float32(0.87)
_WARM_BLUE = np.float32(1.06)
_LEAST = np.float32(0.002)


@numba.njit(cache=True, nogil=True, fastmath=True, inline="always")
def _encode(value: float, grain: float, to_srgb: F32) -> int:
    index = int(min(max(value, 0.0), 1.0) * _STEPS + np.float32(0.5))
    return int(min(max(to_srgb[index] + grain, 0.0), 255.0))


@numba.njit(cache=True, nogil=True, fastmath=True)
def blend_pixels(
    rgb: U8,
    hair: F32,
    dark: F32,
    masks: U8,
    head: U8,
    plate: U8,
    offset: tuple[int, int],
    noise: F32,
    origin: tuple[int, int],
    opacity: float,
    black: float,
    sigma: float,
    to_linear: F32,
    to_srgb: F32,
) -> None:
    """Fill, shadow and hair over ``rgb`` (h, w, 3), in place.

    ``hair`` (h, w, 4) premultiplied linear; ``dark`` (h, w) share of light kept off; ``masks``
    (h, w, 2) as in ``RemovalFill``, or empty; ``head`` and ``plate`` likewise, but only of the part in which
    something is removed, which begins at ``offset`` (x, y); ``noise`` square, its side a power of two,
    entered at ``origin`` (x, y); ``sigma`` of the noise in 0..255.
    """
    height, width = rgb.shape[:2]
    removing = masks.size > 0
    wrap = noise.shape[0] - 1
    scale = np.float32(opacity)
    keep = np.float32((1.0 - black) * opacity)
    lift = np.float32(0.9 * black)
    grain_scale = np.float32(sigma)
    removed = np.float32(0.0)
    shade = np.float32(0.0)
    for y in range(height):
        row = (y + origin[1]) & wrap
        for x in range(width):
            alpha = hair[y, x, 3] * scale
            if removing:
                removed = np.float32(masks[y, x, 0]) * _BYTE * scale
                shade = np.float32(masks[y, x, 1]) * _BYTE * scale * dark[y, x]
            if alpha < _LEAST and removed < _LEAST and shade < _LEAST:
                continue
            rest = _ONE - alpha
            r = to_linear[rgb[y, x, 0]]
            g = to_linear[rgb[y, x, 1]]
            b = to_linear[rgb[y, x, 2]]
            if rest > _LEAST:
                if removed >= _LEAST:
                    fy, fx = y - offset[1], x - offset[0]
                    w = np.float32(head[fy, fx, 3]) * _BYTE * removed
                    v = removed - w
                    r += w * (to_linear[head[fy, fx, 0]] - r) + v * (to_linear[plate[fy, fx, 0]] - r)
                    g += w * (to_linear[head[fy, fx, 1]] - g) + v * (to_linear[plate[fy, fx, 1]] - g)
                    b += w * (to_linear[head[fy, fx, 2]] - b) + v * (to_linear[plate[fy, fx, 2]] - b)
                if shade >= _LEAST:
                    r *= _ONE - _WARM_RED * shade
                    g *= _ONE - shade
                    b *= _ONE - min(_WARM_BLUE * shade, _ONE)
            base = lift * alpha
            r = hair[y, x, 0] * keep + base + rest * r
            g = hair[y, x, 1] * keep + base + rest * g
            b = hair[y, x, 2] * keep + base + rest * b
            grain = grain_scale * max(alpha, removed) * noise[row, (x + origin[0]) & wrap] + np.float32(0.5)
            rgb[y, x, 0] = _encode(r, grain, to_srgb)
            rgb[y, x, 1] = _encode(g, grain, to_srgb)
            rgb[y, x, 2] = _encode(b, grain, to_srgb)
