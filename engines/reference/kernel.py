"""A shell's triangles into a layer, and the layer's edges."""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

_FAR = np.float32(-1e9)
# The inside of hair lies in its own shade.
_INSIDE = np.float32(0.5)


@numba.njit(nogil=True, fastmath=True, inline="always", error_model="numpy")
def _sample(image: U8, linear: F32, x: np.float32, y: np.float32, out: F32) -> None:
    """``image`` (h, w, 4 or 5) at (x, y), bilinear, to ``out`` (4,): linear RGB by a table, alpha 0..1."""
    height, width = image.shape[0], image.shape[1]
    x = min(max(x, np.float32(0.0)), np.float32(width - 1.001))
    y = min(max(y, np.float32(0.0)), np.float32(height - 1.001))
    i, j = int(y), int(x)
    v, u = y - np.float32(i), x - np.float32(j)
    one = np.float32(1.0)
    a, b, c, d = (one - u) * (one - v), u * (one - v), (one - u) * v, u * v
    for k in range(3):
        out[k] = (
            a * linear[image[i, j, k]]
            + b * linear[image[i, j + 1, k]]
            + c * linear[image[i + 1, j, k]]
            + d * linear[image[i + 1, j + 1, k]]
        )
    out[3] = np.float32(1.0 / 255.0) * (
        a * np.float32(image[i, j, 3])
        + b * np.float32(image[i, j + 1, 3])
        + c * np.float32(image[i + 1, j, 3])
        + d * np.float32(image[i + 1, j + 1, 3])
    )


@numba.njit(nogil=True, fastmath=True, inline="always", error_model="numpy")
def _alpha(image: U8, plane: int, x: np.float32, y: np.float32) -> np.float32:
    """``plane`` of ``image`` (h, w, n) at (x, y), bilinear, 0..1."""
    height, width = image.shape[0], image.shape[1]
    x = min(max(x, np.float32(0.0)), np.float32(width - 1.001))
    y = min(max(y, np.float32(0.0)), np.float32(height - 1.001))
    i, j = int(y), int(x)
    v, u = y - np.float32(i), x - np.float32(j)
    a, b = np.float32(image[i, j, plane]), np.float32(image[i, j + 1, plane])
    c, d = np.float32(image[i + 1, j, plane]), np.float32(image[i + 1, j + 1, plane])
    upper, lower = a + u * (b - a), c + u * (d - c)
    return np.float32(1.0 / 255.0) * (upper + v * (lower - upper))


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def draw_shell(
    vertices: F32,
    steps: int,
    layers: int,
    bare: npt.NDArray[np.bool_],
    depth: F32,
    bias: float,
    near: F32,
    far: F32,
) -> None:
    """Find the nearest side of a shell that faces the camera, for ``near``, and that faces away, for ``far``.

    ``vertices`` (steps * layers, 3): buffer x, y, depth towards the camera, px; ``bare`` (steps - 1,
    layers - 1): where no hair is. ``depth`` (h, w): of what hides hair more than ``bias`` px behind it.
    ``near`` and ``far`` (3, h, w): depth, layer and step; the depth is -1e9 where nothing was drawn.
    """
    height, width = near.shape[1], near.shape[2]
    planes = height * width
    hidden = depth.reshape(-1)
    front, back = near.reshape(-1), far.reshape(-1)
    one, low, high = np.float32(1.0), np.float32(-1e-3), np.float32(1.001)
    for s in range(steps - 1):
        for m in range(layers - 1):
            if bare[s, m]:
                continue
            for half in range(2):
                a = s * layers + m + half * (layers + 1)
                b = s * layers + m + 1 + half * (layers - 1)
                c = (s + 1) * layers + m - half * (layers - 1)
                x0, y0, z0 = vertices[a, 0], vertices[a, 1], vertices[a, 2]
                ux, uy, uz = vertices[b, 0] - x0, vertices[b, 1] - y0, vertices[b, 2] - z0
                vx, vy, vz = vertices[c, 0] - x0, vertices[c, 1] - y0, vertices[c, 2] - z0
                area = ux * vy - vx * uy
                if abs(area) < np.float32(1e-6):
                    continue
                left = max(0, math.ceil(min(x0, x0 + ux, x0 + vx)))
                right = min(width - 1, math.floor(max(x0, x0 + ux, x0 + vx)))
                top = max(0, math.ceil(min(y0, y0 + uy, y0 + vy)))
                bottom = min(height - 1, math.floor(max(y0, y0 + uy, y0 + vy)))
                inverse, outside = one / area, area > np.float32(0.0)
                flat = front if outside else back
                ahead = np.float32(bias) if outside else np.float32(0.0)
                sign = one - np.float32(2 * half)
                layer, step = np.float32(m + half), np.float32(s + half)
                for y in range(top, bottom + 1):
                    py = np.float32(y) - y0
                    for x in range(left, right + 1):
                        px = np.float32(x) - x0
                        u = (px * vy - vx * py) * inverse
                        v = (ux * py - px * uy) * inverse
                        at = np.uintp(y * width + x)
                        z = z0 + u * uz + v * vz
                        shown = (u >= low) & (v >= low) & (u + v <= high)
                        shown = shown & (z > flat[at]) & (z + ahead > hidden[at])
                        if shown:
                            flat[at] = z
                            flat[np.uintp(planes) + at] = layer + sign * u
                            flat[np.uintp(2 * planes) + at] = step + sign * v


@numba.njit(nogil=True, fastmath=True, inline="always", error_model="numpy")
def _lit(surface: U8, light: F32, linear: F32, layer: np.float32, step: np.float32, out: F32) -> None:
    """What is on a shell at ``layer`` and ``step`` in ``light`` (steps, layers, 3), to ``out`` (4,)."""
    steps, layers = light.shape[0], light.shape[1]
    across = np.float32((surface.shape[1] - 1) / (layers - 1))
    down = np.float32((surface.shape[0] - 1) / (steps - 1))
    _sample(surface, linear, layer * across, step * down, out)
    i, j = min(int(step), steps - 2), min(int(layer), layers - 2)
    v, u = step - np.float32(i), layer - np.float32(j)
    for k in range(3):
        upper = light[i, j, k] + u * (light[i, j + 1, k] - light[i, j, k])
        lower = light[i + 1, j, k] + u * (light[i + 1, j + 1, k] - light[i + 1, j, k])
        out[k] *= upper + v * (lower - upper)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def finish_shell(
    near: F32,
    far: F32,
    depth: F32,
    surface: U8,
    light: F32,
    edge: F32,
    coarse: int,
    picture: U8,
    linear: F32,
    bias: float,
    soft: float,
    layer: F32,
) -> None:
    """Compose ``near`` over ``far`` (3, h, w), behind what ``depth`` (h, w) tells, into ``layer`` (h, w, 4).

    ``surface`` (r, c, 4) uint8: sRGB and alpha over a shell's steps and layers; ``light`` (steps, layers, 3):
    linear RGB there. ``edge`` (h', w', 6), in pixels of ``coarse``: where in the ``picture`` (h'', w'', 5)
    uint8 the same place of the outline is, x, y; how much its colour counts, 0..1; and the light there,
    linear RGB. Its last plane bounds the hair's alpha, the one before it that of the far side. Hair up to
    ``bias`` px behind other things is still before them, and fades out over ``soft`` px. ``linear`` (256,):
    of sRGB values.
    """
    height, width = depth.shape
    one, zero, least = np.float32(1.0), np.float32(0.0), np.float32(2e-3)
    inverse, ahead = one / np.float32(soft), np.float32(bias)
    grid = one / np.float32(coarse)
    outer, inner, color = np.empty(4, np.float32), np.empty(4, np.float32), np.empty(4, np.float32)
    place = np.empty(6, np.float32)
    for y in range(height):
        gy = np.float32(y) * grid
        i = min(int(gy), edge.shape[0] - 2)
        v = gy - np.float32(i)
        for x in range(width):
            if near[0, y, x] <= _FAR and far[0, y, x] <= _FAR:
                continue
            gx = np.float32(x) * grid
            j = min(int(gx), edge.shape[1] - 2)
            u = gx - np.float32(j)
            for k in range(6):
                upper = edge[i, j, k] + u * (edge[i, j + 1, k] - edge[i, j, k])
                lower = edge[i + 1, j, k] + u * (edge[i + 1, j + 1, k] - edge[i + 1, j, k])
                place[k] = upper + v * (lower - upper)
            bound = _alpha(picture, 4, place[0], place[1])
            if bound <= least:
                continue
            behind = depth[y, x]
            front, back = zero, zero
            if near[0, y, x] > _FAR:
                _lit(surface, light, linear, near[1, y, x], near[2, y, x], outer)
                front = outer[3] * min(one, max(zero, (near[0, y, x] - behind + ahead) * inverse))
            if far[0, y, x] > _FAR and front < one - least:
                _lit(surface, light, linear, far[1, y, x], far[2, y, x], inner)
                back = inner[3] * min(one, max(zero, (far[0, y, x] - behind) * inverse)) * (one - front)
                back *= _alpha(picture, 3, place[0], place[1]) / bound
            alpha = front + back
            if alpha <= least:
                continue
            share = place[2]
            if share > least:
                _sample(picture, linear, place[0], place[1], color)
            for k in range(3):
                drawn = zero
                if front > zero:
                    drawn += front * outer[k]
                if back > zero:
                    drawn += back * _INSIDE * inner[k]
                if share > least:
                    drawn += share * (alpha * color[k] * place[3 + k] - drawn)
                layer[y, x, k] = bound * drawn
            layer[y, x, 3] = bound * alpha
