"""What makes a layer of strands a head of hair: the scalp under it, closed gaps, smooth edges."""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]

# Above this alpha a pixel becomes opaque: what shows through is the same hair.
_FULL = 0.97


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def finish_layer(
    layer: F32,
    depth: F32,
    to_head: F32,
    origin: F32,
    scale: float,
    skull: F32,
    hairline: F32,
    underlay: F32,
    part_x: float,
) -> None:
    """Paint the scalp's dark hair under the strands, and close the pinholes in dense hair.

    ``underlay`` (4,): linear RGB and alpha of the paint. It starts softly at the hairline (1.3 cm), ends
    within 0.3 cm of a parting at ``part_x`` cm (far away: none) and thins towards the skull's outline.
    ``scale``: px per cm. ``skull`` (6,), ``hairline`` (n, 2): azimuth in radians and height in cm. Rays as in
    occluder.add_ellipsoids.
    """
    rows, columns = depth.shape
    ix, iy, iz = 1.0 / skull[3], 1.0 / skull[4], 1.0 / skull[5]
    dx, dy, dz = to_head[0, 2] * ix, to_head[1, 2] * iy, to_head[2, 2] * iz
    qa = dx * dx + dy * dy + dz * dz
    for y in range(rows):
        v = y - origin[1]
        for x in range(columns):
            alpha = layer[y, x, 3]
            if alpha > 0.0:
                gain = np.float32(1.0) + alpha * (np.float32(1.0) - alpha)
                for c in range(4):
                    layer[y, x, c] *= gain
                alpha = layer[y, x, 3]
            if alpha > _FULL:
                gain = np.float32(1.0) / alpha
                for c in range(4):
                    layer[y, x, c] *= gain
                continue
            if underlay[3] <= 0.0:
                continue
            u = x - origin[0]
            ox = (to_head[0, 0] * u + to_head[0, 1] * v - skull[0]) * ix
            oy = (to_head[1, 0] * u + to_head[1, 1] * v - skull[1]) * iy
            oz = (to_head[2, 0] * u + to_head[2, 1] * v - skull[2]) * iz
            qb = ox * dx + oy * dy + oz * dz
            disc = qb * qb - qa * (ox * ox + oy * oy + oz * oz - 1.0)
            if disc <= 0.0:
                continue
            z = (math.sqrt(disc) - qb) / qa
            if z < depth[y, x] - 0.5 * scale:
                continue
            hx, hy, hz = (
                (ox + z * dx) * skull[3],
                (oy + z * dy) * skull[4] + skull[1],
                (oz + z * dz) * skull[5],
            )
            azimuth = math.atan2(abs(hx), hz)
            k = 0
            while k < hairline.shape[0] - 2 and hairline[k + 1, 0] < azimuth:
                k += 1
            part = (azimuth - hairline[k, 0]) / (hairline[k + 1, 0] - hairline[k, 0])
            edge = (hy - hairline[k, 1] * (1.0 - part) - hairline[k + 1, 1] * part) / 1.3
            edge = min(max(edge, 0.0), 1.0)
            paint = (
                underlay[3]
                * edge
                * edge
                * (3.0 - 2.0 * edge)
                * min(1.0, 1.2 * math.sqrt(disc) / (qa * scale))
            )
            if hz > -4.0:
                paint *= min(1.0, max(0.0, (abs(hx + skull[0] - part_x) - 0.12) / 0.3))
            paint *= 1.0 - alpha
            for c in range(3):
                layer[y, x, c] += paint * underlay[c]
            layer[y, x, 3] = alpha + paint


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def soften_edges(layer: F32, depth: F32, jump: float) -> None:
    """Average ``layer`` (h, w, 4) with its four neighbours at the occluder's edges.

    Edges are where ``depth`` (h, w) jumps by more than ``jump`` px: the depth test cuts hair at whole pixels
    there, a cheek in front of hair does not.
    """
    rows, columns = depth.shape
    count = 0
    for y in range(1, rows - 1):
        for x in range(1, columns - 1):
            if _jumps(depth, y, x, jump):
                count += 1
    edge = np.empty((count, 2), np.int32)
    mean = np.empty((count, 4), np.float32)
    k = 0
    for y in range(1, rows - 1):
        for x in range(1, columns - 1):
            if _jumps(depth, y, x, jump):
                edge[k, 0], edge[k, 1] = y, x
                for c in range(4):
                    around = layer[y - 1, x, c] + layer[y + 1, x, c] + layer[y, x - 1, c] + layer[y, x + 1, c]
                    mean[k, c] = np.float32(0.4) * layer[y, x, c] + np.float32(0.15) * around
                k += 1
    for k in range(count):
        layer[edge[k, 0], edge[k, 1]] = mean[k]


@numba.njit(inline="always")
def _jumps(depth: F32, y: int, x: int, jump: float) -> bool:
    here = depth[y, x]
    return (
        abs(here - depth[y, x + 1]) > jump
        or abs(here - depth[y, x - 1]) > jump
        or abs(here - depth[y + 1, x]) > jump
        or abs(here - depth[y - 1, x]) > jump
    )
