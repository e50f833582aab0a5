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
    """``image`` (h, w, 4) at (x, y), bilinear, to ``out`` (4,): linear RGB by a table, alpha 0..1."""
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


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def draw_shell(vertices: F32, steps: int, layers: int, surface: U8, linear: F32, near: F32, far: F32) -> None:
    """Draw the nearest side of a shell that faces the camera into ``near``, that faces away into ``far``.

    ``vertices`` (steps * layers, 6): buffer x, y, depth towards the camera, px, and linear RGB of the light.
    ``surface`` (h, w, 4) uint8: sRGB and alpha over steps and layers. ``near`` and ``far`` (h, w, 5): linear
    RGB, alpha, depth; the depth is -1e9 where nothing was drawn.
    """
    height, width = near.shape[0], near.shape[1]
    fine_y = np.float32((surface.shape[0] - 1) / (steps - 1))
    fine_x = np.float32((surface.shape[1] - 1) / (layers - 1))
    one, low, high = np.float32(1.0), np.float32(-1e-3), np.float32(1.001)
    color = np.empty(4, np.float32)
    for s in range(steps - 1):
        for m in range(layers - 1):
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
                if left > right or top > bottom:
                    continue
                inverse, outside = one / area, area > np.float32(0.0)
                target, dim = (near, one) if outside else (far, _INSIDE)
                sign = one - np.float32(2 * half)
                from_x = (np.float32(m) + np.float32(half)) * fine_x
                from_y = (np.float32(s) + np.float32(half)) * fine_y
                for y in range(top, bottom + 1):
                    py = np.float32(y) - y0
                    for x in range(left, right + 1):
                        px = np.float32(x) - x0
                        u = (px * vy - vx * py) * inverse
                        v = (ux * py - px * uy) * inverse
                        if u < low or v < low or u + v > high:
                            continue
                        z = z0 + u * uz + v * vz
                        if z <= target[y, x, 4]:
                            continue
                        _sample(
                            surface, linear, from_x + sign * u * fine_x, from_y + sign * v * fine_y, color
                        )
                        target[y, x, 4] = z
                        w = one - u - v
                        for k in range(3):
                            target[y, x, k] = (
                                dim
                                * color[k]
                                * (w * vertices[a, 3 + k] + u * vertices[b, 3 + k] + v * vertices[c, 3 + k])
                            )
                        target[y, x, 3] = color[3]


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def finish_shell(
    near: F32,
    far: F32,
    depth: F32,
    edge: F32,
    coarse: int,
    picture: U8,
    linear: F32,
    bias: float,
    soft: float,
    layer: F32,
) -> None:
    """Compose ``near`` over ``far`` (h, w, 5), behind what ``depth`` (h, w) tells, into ``layer`` (h, w, 4).

    ``edge`` (h', w', 6), in pixels of ``coarse``: where in the ``picture`` (h'', w'', 4) uint8 the same place
    of the outline is, x, y; how much its colour counts, 0..1; and the light there, linear RGB. Its alpha
    bounds that of the hair. Hair up to ``bias`` px behind other things is still before them, and fades out
    over ``soft`` px.
    """
    height, width = near.shape[0], near.shape[1]
    one, zero = np.float32(1.0), np.float32(0.0)
    inverse, ahead = one / np.float32(soft), np.float32(bias)
    grid = one / np.float32(coarse)
    color, place = np.empty(4, np.float32), np.empty(6, np.float32)
    for y in range(height):
        gy = np.float32(y) * grid
        i = min(int(gy), edge.shape[0] - 2)
        v = gy - np.float32(i)
        for x in range(width):
            if near[y, x, 4] <= _FAR and far[y, x, 4] <= _FAR:
                continue
            behind = depth[y, x]
            front = near[y, x, 3] * min(one, max(zero, (near[y, x, 4] - behind + ahead) * inverse))
            back = far[y, x, 3] * min(one, max(zero, (far[y, x, 4] - behind) * inverse)) * (one - front)
            alpha = front + back
            if alpha <= np.float32(1e-3):
                continue
            gx = np.float32(x) * grid
            j = min(int(gx), edge.shape[1] - 2)
            u = gx - np.float32(j)
            for k in range(6):
                upper = edge[i, j, k] + u * (edge[i, j + 1, k] - edge[i, j, k])
                lower = edge[i + 1, j, k] + u * (edge[i + 1, j + 1, k] - edge[i + 1, j, k])
                place[k] = upper + v * (lower - upper)
            _sample(picture, linear, place[0], place[1], color)
            share = place[2]
            for k in range(3):
                drawn = front * near[y, x, k] + back * far[y, x, k]
                layer[y, x, k] = color[3] * (drawn + share * (alpha * color[k] * place[3 + k] - drawn))
            layer[y, x, 3] = color[3] * alpha
