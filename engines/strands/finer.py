"""Many fine strands in the place of few: for pictures that show single hairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from engines.strands.children import push_out
from engines.strands.waves import frizz

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

# A strand is mixed with neighbours of its lock whose roots are nearer than this, cm, and whose length differs
# by no more than this factor.
_NEAR, _LENGTHS = 0.9, 1.35
_NEIGHBOURS = 4
# The most that a neighbour counts in the mixture.
_SHARE = 0.42
# Roots are scattered by so much, cm, or they would leave the scalp bare between locks; it is gone after so
# many cm of hair.
_SCATTER, _SCATTERED = 0.09, 2.5
# Vertices for each one of before: curls that look round at a low resolution are polygons at a high one.
_SMOOTHER = 3
# Of the frizz of the style, what every fine strand has for itself.
_OWN_FRIZZ = 0.6
_CHUNK = 8192
# An optical depth through which nothing is seen, and which can be mixed.
_NEVER = np.float32(1e4)


@dataclass(frozen=True, slots=True)
class Baked:
    """Strands with all that is known of them.

    ``points`` (n, k, 3) cm, even over ``length`` (n,) cm; ``tau`` (n, k, 5) and ``relief`` (n, k) as in
    StrandSet; ``least`` (n, k): the least optical depth over all views; ``jitter`` (n, 3); ``width`` (n,) cm;
    ``strand`` (n,) int32: their numbers. All float32 otherwise.
    """

    points: F32
    length: F32
    tau: F32
    least: F32
    relief: F32
    jitter: F32
    width: F32
    strand: I32


def refined(
    baked: Baked, lock: F32, loose: Mask, amount: F32, factor: int, clearance: float, seed: int
) -> Iterator[Baked]:
    """``factor`` fine strands for each of ``baked``, and as much narrower, in parts of bounded size.

    Each is a mixture of a strand and two neighbours of the same lock, so that the hair's shape, its locks and
    its partings stay. ``lock`` (n,): a number that those of a lock share; ``loose`` (n,): strands that go
    their own way; ``amount`` (n,): their frizz, cm per root of a cm; ``clearance``: cm kept from the body.
    """
    near = _neighbours(baked.points[:, 0].copy(), baked.length, lock.copy(), loose)
    rng = np.random.default_rng([seed, factor])
    each = max(1, _CHUNK // factor)
    for first in range(0, len(near), each):
        yield _part(baked, near[first : first + each], first, amount, factor, clearance, rng)


def _part(
    baked: Baked, near: I32, first: int, amount: F32, factor: int, clearance: float, rng: np.random.Generator
) -> Baked:
    own = np.repeat(np.arange(first, first + len(near), dtype=np.int32), factor)
    row = np.repeat(np.arange(len(near)), factor)
    count = len(own)
    members = np.stack([own, *(near[row, rng.integers(0, _NEIGHBOURS, count)] for _ in range(2))])
    share = rng.uniform(0.02, _SHARE, (2, count)).astype(np.float32)
    weights = np.stack([1.0 - share.sum(axis=0), *share]).astype(np.float32)

    def mixed(values: F32) -> F32:
        shape = (count,) + (1,) * (values.ndim - 1)
        return np.asarray(
            sum(values[m] * w.reshape(shape) for m, w in zip(members, weights, strict=True)), np.float32
        )

    points, length = mixed(baked.points), mixed(baked.length)
    along = length[:, None] * np.linspace(0.0, 1.0, points.shape[1], dtype=np.float32)
    aside = rng.normal(0.0, _SCATTER, (count, 3)).astype(np.float32)
    points += np.exp(-along / _SCATTERED)[..., None] * aside[:, None]
    frizz(points, length, (_OWN_FRIZZ * amount[own]).astype(np.float32), rng)
    points = _smoothed(points)
    push_out(points, clearance)
    jitter = mixed(baked.jitter)
    jitter[:, 0] = baked.jitter[own, 0].std() * rng.standard_normal(count)
    finer = points.shape[1]
    return Baked(
        points,
        length,
        _stretched(mixed(baked.tau), finer),
        _stretched(mixed(np.minimum(baked.least, _NEVER))[..., None], finer)[..., 0],
        _stretched(mixed(baked.relief)[..., None], finer)[..., 0],
        jitter,
        mixed(baked.width) / np.float32(factor),
        (own * factor + np.tile(np.arange(factor, dtype=np.int32), len(near))).astype(np.int32),
    )


def _stretched(values: F32, vertices: int) -> F32:
    """``values`` (n, k, c) at ``vertices`` places, straight between those they are known at."""
    at = np.linspace(0.0, values.shape[1] - 1.0, vertices)
    low = np.minimum(at.astype(int), values.shape[1] - 2)
    share = (at - low).astype(np.float32)[:, None]
    low_values = values[:, low]
    return np.asarray(low_values + share * (values[:, low + 1] - low_values), np.float32)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _neighbours(root: F32, length: F32, lock: F32, loose: Mask) -> I32:
    """(n, _NEIGHBOURS): the nearest of each strand's own lock and length; where there are fewer, itself."""
    n = root.shape[0]
    order = np.argsort(lock)
    near = np.empty((n, _NEIGHBOURS), np.int32)
    begin = 0
    while begin < n:
        end = begin + 1
        while end < n and lock[order[end]] == lock[order[begin]]:
            end += 1
        for p in range(begin, end):
            i = order[p]
            best = np.full(_NEIGHBOURS, np.float32(_NEAR * _NEAR))
            near[i, :] = i
            if loose[i]:
                continue
            for q in range(begin, end):
                j = order[q]
                ratio = length[i] / length[j]
                if j == i or loose[j] or ratio > _LENGTHS or ratio * _LENGTHS < 1.0:
                    continue
                d = np.float32(0.0)
                for c in range(3):
                    d += (root[i, c] - root[j, c]) ** 2
                slot = _NEIGHBOURS - 1
                if d >= best[slot]:
                    continue
                while slot > 0 and best[slot - 1] > d:
                    best[slot] = best[slot - 1]
                    near[i, slot] = near[i, slot - 1]
                    slot -= 1
                best[slot] = d
                near[i, slot] = j
        begin = end
    return near


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _smoothed(points: F32) -> F32:
    """``points`` (n, k, 3) with _SMOOTHER times as many vertices, on Catmull-Rom curves through them."""
    n, vertices, _ = points.shape
    out = np.empty((n, (vertices - 1) * _SMOOTHER + 1, 3), np.float32)
    half = np.float32(0.5)
    for i in range(n):
        for k in range(vertices - 1):
            before, after = max(k - 1, 0), min(k + 2, vertices - 1)
            for c in range(3):
                p0, p1 = points[i, before, c], points[i, k, c]
                p2, p3 = points[i, k + 1, c], points[i, after, c]
                for step in range(_SMOOTHER):
                    u = np.float32(step) / np.float32(_SMOOTHER)
                    a = -p0 + np.float32(3.0) * p1 - np.float32(3.0) * p2 + p3
                    b = np.float32(2.0) * p0 - np.float32(5.0) * p1 + np.float32(4.0) * p2 - p3
                    out[i, k * _SMOOTHER + step, c] = p1 + half * u * (p2 - p0 + u * (b + u * a))
        for c in range(3):
            out[i, (vertices - 1) * _SMOOTHER, c] = points[i, vertices - 1, c]
    return out
