"""Locks: strands gathered around the centre strand of their clump, at two sizes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from engines.strands.groom import Groom
from engines.strands.scalp import F64

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]

_SCALP_AREA = 650.0
_HARDEST_PULL = 0.96
# The axis of the features along which heads are longest.
_AXIS = 2
# Strands farther than this many diameters from the nearest lock go their own way.
_FARTHEST = 2.5


@dataclass(frozen=True, slots=True)
class Locks:
    """``relief`` (n, k) float32: how far each vertex stands out of its clump; ``large`` and ``small`` (n, 4)
    float32: normal deviates of the strand's clumps, for everything that differs from lock to lock."""

    relief: F32
    large: F32
    small: F32


def gather(
    points: F32,
    length: F32,
    features: F32,
    groom: Groom,
    extra: F64,
    loose: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> Locks:
    """Pull ``points`` (n, k, 3), even over ``length`` (n,) cm, into locks, in place.

    ``features`` (n, d) as of ``gate_features``: a lock never crosses a parting. ``extra`` (n,): added pull,
    for a fringe with gaps. ``loose`` strands stay outside their lock.
    """
    n, vertices, _ = points.shape
    clumps = groom.clumps
    relief = np.zeros((n, vertices), np.float32)
    deviates: list[F32] = []
    levels = (
        (clumps.large, clumps.large_pull, 1.2, 0.7, 0.55),
        (clumps.small, clumps.small_pull, 0.9, 1.0, 0.16),
    )
    for diameter, pull, power, share, scale in levels:
        count = min(n, int(_SCALP_AREA / (0.785 * diameter**2) * 1.1) + 1)
        centers = rng.choice(n, count, replace=False).astype(np.int32)
        member = _nearest_center(features, features[centers])
        deviate = rng.normal(size=(count, 4)).astype(np.float32)
        strength = pull * np.clip(1.0 + clumps.variation * deviate[member, 3], 0.2, 1.4)
        strength = strength + extra * (1.0 - strength) * 0.8
        strength = np.where(loose, 0.15 * strength, strength)
        # The nearest lock of a strand's own zone may be one on the other side of the head.
        far = np.linalg.norm(features - features[centers][member], axis=1) > _FARTHEST * diameter
        strength = np.where(far, 0.0, strength).astype(np.float32)
        _pull(points, length, points[centers], length[centers], member, strength, power, share, scale, relief)
        deviates.append(deviate[member])
    return Locks(relief, deviates[0], deviates[1])


def _nearest_center(features: F32, centers: F32) -> I32:
    order = np.argsort(centers[:, _AXIS]).astype(np.int32)
    return np.asarray(_nearest_sorted(features, centers[order], order))


@njit(cache=True, nogil=True, fastmath=True)
def _nearest_sorted(features: F32, centers: F32, order: I32) -> I32:
    """``order`` of the nearest of ``centers``, which are sorted by their _AXIS: the search goes from a
    strand's own place there to both sides until nothing nearer can follow."""
    n, m, dims = features.shape[0], centers.shape[0], features.shape[1]
    member = np.zeros(n, np.int32)
    along = centers[:, _AXIS].copy()
    for i in range(n):
        best = np.float32(1e9)
        up = np.searchsorted(along, features[i, _AXIS])
        down = up - 1
        while up < m or down >= 0:
            above = along[up] - features[i, _AXIS] if up < m else np.float32(1e9)
            below = features[i, _AXIS] - along[down] if down >= 0 else np.float32(1e9)
            near = min(above, below)
            if near * near > best:
                break
            if above < below:
                j = up
                up += 1
            else:
                j = down
                down -= 1
            d = np.float32(0.0)
            for c in range(dims):
                e = features[i, c] - centers[j, c]
                d += e * e
            if d < best:
                best = d
                member[i] = order[j]
    return member


@njit(cache=True, nogil=True, fastmath=True)
def _pull(
    points: F32,
    length: F32,
    centers: F32,
    center_length: F32,
    member: I32,
    strength: F32,
    power: float,
    share: float,
    scale: float,
    relief: F32,
) -> None:
    n, vertices, _ = points.shape
    for i in range(n):
        j = member[i]
        # Vertices meet at equal arc length: by equal fraction, short hair would be drawn out to long hair.
        ratio = length[i] / center_length[j]
        for k in range(vertices):
            t = k / (vertices - 1)
            at = min(k * ratio, vertices - 1.001)
            a = int(at)
            f = at - a
            ex = points[i, k, 0] - (centers[j, a, 0] * (1.0 - f) + centers[j, a + 1, 0] * f)
            ey = points[i, k, 1] - (centers[j, a, 1] * (1.0 - f) + centers[j, a + 1, 1] * f)
            ez = points[i, k, 2] - (centers[j, a, 2] * (1.0 - f) + centers[j, a + 1, 2] * f)
            ox, oy, oz = points[i, k, 0], points[i, k, 1] - 1.4, points[i, k, 2] + 2.5
            m = 1.0 / (math.sqrt(ox * ox + oy * oy + oz * oz) + 1e-6)
            out = (ex * ox + ey * oy + ez * oz) * m
            relief[i, k] += share * math.tanh(out / scale) * min(1.0, 0.25 + t)
            w = min(_HARDEST_PULL, strength[i] * t**power)
            if ratio > 1.0:
                # Past the end of the centre strand there is nothing to follow.
                w *= min(1.0, max(0.0, 1.0 - 2.0 * (k * ratio / (vertices - 1) - 1.0)))
            points[i, k, 0] -= w * ex
            points[i, k, 1] -= w * ey
            points[i, k, 2] -= w * ez
