"""Strands between the guides."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from engines.strands.body import BODY, ellipsoid_array
from engines.strands.fields import NO_CURTAIN, Fields
from engines.strands.growth import STEP, forehead_room
from engines.strands.scalp import F64, Roots

F32 = npt.NDArray[np.float32]

_NEIGHBOURS = 3


@dataclass(frozen=True, slots=True)
class Strands:
    """``points`` (n, k, 3) float32, even in arc length from root to tip; ``length`` (n,) float32, cm."""

    points: F32
    length: F32


def gate_features(roots: Roots, fields: Fields, *, parted: bool) -> F32:
    """(n, 5) float32: distances between roots, cm, that keep hair of different zones and sides apart."""
    zone = 30.0 * fields.zone.astype(np.float64)
    # A fringe that does not part is one piece whatever the hair behind it does.
    one_piece = (fields.zone == 2) & (fields.curtain == NO_CURTAIN)
    side = np.where(one_piece | (not parted), 0.0, 30.0 * fields.side)
    return np.column_stack([roots.points, side, zone]).astype(np.float32)


def interpolate(
    roots: Roots,
    fields: Fields,
    features: F32,
    guides: F64,
    guide_features: F32,
    volume: float,
    vertices: int,
) -> Strands:
    """A strand of ``vertices`` points at every root: the mean path of the nearest guides on the same side of
    the parting and fringe, cut to the root's own length and height, in its own layer."""
    near, weight = _nearest(features, guide_features, fields.direction, guides)
    layer = 0.125 * volume * fields.layer
    start = roots.points.astype(np.float32)
    points, length = _blend(start, fields.length, fields.cut, layer, guides, near, weight, vertices)
    return Strands(points, length)


@njit(cache=True, nogil=True, fastmath=True)
def _nearest(
    features: F32, guide_features: F32, direction: F64, guides: F64
) -> tuple[npt.NDArray[np.int32], F32]:
    n, m, dims = features.shape[0], guide_features.shape[0], features.shape[1]
    near = np.zeros((n, _NEIGHBOURS), np.int32)
    weight = np.zeros((n, _NEIGHBOURS), np.float32)
    for i in range(n):
        best = np.full(_NEIGHBOURS, np.float32(1e9))
        for g in range(m):
            d = np.float32(0.0)
            for c in range(dims):
                e = features[i, c] - guide_features[g, c]
                d += e * e
            if d < best[_NEIGHBOURS - 1]:
                slot = _NEIGHBOURS - 1
                while slot > 0 and best[slot - 1] > d:
                    best[slot] = best[slot - 1]
                    near[i, slot] = near[i, slot - 1]
                    slot -= 1
                best[slot] = d
                near[i, slot] = g
        total = np.float32(0.0)
        for j in range(_NEIGHBOURS):
            # A guide much farther than the nearest belongs to another zone, or combs elsewhere.
            gate = best[j] < 4.0 * best[0] + 2.0
            g = near[i, j]
            cosine = 0.0
            for c in range(3):
                cosine += direction[i, c] * (guides[g, 2, c] - guides[g, 0, c])
            if gate and (cosine > 1.5 * STEP or j == 0):
                weight[i, j] = 1.0 / (best[j] + 0.05)
                total += weight[i, j]
        for j in range(_NEIGHBOURS):
            weight[i, j] /= total
    return near, weight


@njit(cache=True, nogil=True, fastmath=True)
def _blend(
    root: F32,
    length: F64,
    cut: F64,
    layer: F64,
    guides: F64,
    near: npt.NDArray[np.int32],
    weight: F32,
    vertices: int,
) -> tuple[F32, F32]:
    n, steps = root.shape[0], guides.shape[1]
    points = np.zeros((n, vertices, 3), np.float32)
    lengths = np.zeros(n, np.float32)
    path = np.zeros((steps, 3))
    for i in range(n):
        last = min(steps - 1, int(length[i] / STEP) + 1)
        end = min(length[i], (steps - 1) * STEP)
        for k in range(last + 1):
            for c in range(3):
                moved = 0.0
                for j in range(near.shape[1]):
                    g = near[i, j]
                    moved += weight[i, j] * (guides[g, k, c] - guides[g, 0, c])
                path[k, c] = root[i, c] + moved
            if path[k, 1] < cut[i] and k > 0:
                f = (path[k - 1, 1] - cut[i]) / (path[k - 1, 1] - path[k, 1] + 1e-9)
                end = min(end, (k - 1 + min(1.0, max(0.0, f))) * STEP)
                break
        end = max(end, 0.15)
        lengths[i] = end
        for v in range(vertices):
            s = end * v / (vertices - 1)
            a = min(int(s / STEP), steps - 2)
            f = s / STEP - a
            for c in range(3):
                points[i, v, c] = path[a, c] * (1.0 - f) + path[a + 1, c] * f
            ox, oz = points[i, v, 0], points[i, v, 2] + 2.0
            oy = 0.4 * (points[i, v, 1] - 2.0)
            m = layer[i] * min(1.0, s / 4.0) / (math.sqrt(ox * ox + oy * oy + oz * oz) + 1e-6)
            points[i, v, 0] += ox * m
            points[i, v, 1] += oy * m
            points[i, v, 2] += oz * m
    return points, lengths


def push_out(points: F32, clearance: float) -> None:
    """Move what is inside the body by less than ``clearance`` cm of room to its surface, in place."""
    _push_out(points, ellipsoid_array(BODY), np.float32(clearance))


@njit(cache=True, nogil=True, fastmath=True)
def _push_out(points: F32, bodies: F32, clearance: np.float32) -> None:
    n, vertices, _ = points.shape
    for i in range(n):
        for v in range(vertices):
            # Twice: where bodies meet, leaving one may lead into the other.
            for turn in range(6):
                e = turn % 3
                ux = (points[i, v, 0] - bodies[e, 0]) / bodies[e, 3]
                uy = (points[i, v, 1] - bodies[e, 1]) / bodies[e, 4]
                uz = (points[i, v, 2] - bodies[e, 2]) / bodies[e, 5]
                r = math.sqrt(ux * ux + uy * uy + uz * uz) + 1e-6
                if r > 1.3:
                    continue
                gx, gy, gz = ux / bodies[e, 3], uy / bodies[e, 4], uz / bodies[e, 5]
                m = math.sqrt(gx * gx + gy * gy + gz * gz) + 1e-9
                room = clearance + 0.8 * forehead_room(points[i, v, 1], points[i, v, 2])
                missing = room * min(1.0, v / 4.0) - (r - 1.0) * r / m
                if missing > 0.0:
                    points[i, v, 0] += gx / m * missing
                    points[i, v, 1] += gy / m * missing
                    points[i, v, 2] += gz / m * missing


def crosses_face(points: F32, half_width: float) -> npt.NDArray[np.bool_]:
    """(n,) bool: strands that run through the face, less than ``half_width`` cm from its middle, or across
    the throat, less than half of that from it."""
    return np.asarray(_crosses_face(points, np.float32(half_width)))


@njit(cache=True, nogil=True, fastmath=True)
def _crosses_face(points: F32, half_width: np.float32) -> npt.NDArray[np.bool_]:
    n, vertices, _ = points.shape
    crosses = np.zeros(n, np.bool_)
    for i in range(n):
        for v in range(vertices):
            x, y, z = abs(points[i, v, 0]), points[i, v, 1], points[i, v, 2]
            face = x < half_width and z > 3.0 and -9.5 < y < 4.0
            if face or (x < 0.5 * half_width and z > 0.0 and y <= -7.5):
                crosses[i] = True
                break
    return crosses
