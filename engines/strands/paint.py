"""Where a second colour is painted: on which locks, and how far down each strand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.palette import Gradient
from engines.strands.body import hairline_height
from engines.strands.strand_set import StrandSet

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Where along the hair the second colour is half there, and over what share of its length it comes.
_OMBRE, _BALAYAGE = (0.45, 0.5), (0.35, 0.7)
_STRAND_JITTER, _LOCK_JITTER = 0.03, 0.12
# Share of locks that are highlights; and that a balayage hits, on the surface or in front and elsewhere.
_HIGHLIGHTS, _PAINTED, _MISSED = 0.28, 0.75, 0.20
_FROM_ROOT = (0.02, 0.12)
# Hair whose strands cover it with less than so much optical depth is the surface, half-way down the strand.
_SURFACE = 2.0
# Hair that frames the face starts so close to the hairline, cm, and in front of the ears.
_FRAME_BAND, _FRAME_BEHIND = 1.5, 0.0


@dataclass(frozen=True, slots=True)
class _Hair:
    """What painters look at, of m hairs. ``owner`` (v,): the hair of each vertex; ``along`` (v,): 0 root to 1
    at the tips of the longest; ``lock`` (m,): small clump; ``jitter`` (m, 3) as in the strands; ``roots``,
    ``middles`` and ``tips`` (m,): the vertices there."""

    strands: StrandSet
    owner: npt.NDArray[np.intp]
    along: F32
    lock: npt.NDArray[np.intp]
    jitter: F32
    roots: npt.NDArray[np.int32]
    middles: npt.NDArray[np.int32]
    tips: npt.NDArray[np.int32]

    def mean(self, values: npt.NDArray[np.generic]) -> F64:
        """(m,): for each hair the mean of ``values`` (m,) over its lock."""
        total = np.bincount(self.lock, values.astype(np.float64))
        return np.asarray((total / np.bincount(self.lock))[self.lock])

    def chance(self, seed: int) -> F64:
        """(m,): an even random number 0..1 for each lock, the same every time."""
        return np.asarray(np.random.default_rng(seed).random(int(self.lock.max()) + 1)[self.lock])


def painted(strands: StrandSet, gradient: Gradient) -> F32:
    """(v,) float32: share of the second colour at each vertex, 0..1.

    Edges and sizes of ombre and balayage are those that hair simulations call mix edge and size; the lengths
    are measured against the longest hair, so that a fringe stays as it is.
    """
    if gradient == "plain":
        return np.zeros(len(strands.points), np.float32)
    return _PAINTERS[gradient](_hair(strands)).astype(np.float32)


def _hair(strands: StrandSet) -> _Hair:
    start = strands.hair_start
    count = len(start) - 1
    owner = np.repeat(np.arange(count), np.diff(start))
    # Vertices are even along a hair: what is left of one tells how long all of it is.
    steps = np.append(np.linalg.norm(np.diff(strands.points, axis=0), axis=1), 0.0)
    shares = np.append(np.diff(strands.t), 0.0)
    steps[strands.start[1:] - 1] = shares[strands.start[1:] - 1] = 0.0
    length = np.bincount(owner, steps) / np.maximum(np.bincount(owner, shares), 1e-3)
    reach = np.sqrt(np.minimum(length / max(float(np.quantile(length, 0.9)), 1e-3), 1.0))
    along = strands.t * reach[owner].astype(np.float32)
    roots, tips = start[:-1], start[1:] - 1
    return _Hair(
        strands, owner, along, strands.lock, strands.jitter[strands.hair], roots, (roots + tips) // 2, tips
    )


def _ombre(hair: _Hair) -> F64:
    return _step(_OMBRE, hair.along + (_STRAND_JITTER * hair.jitter[:, 0])[hair.owner])


def _balayage(hair: _Hair) -> F64:
    outer = hair.strands.tau[hair.middles, 4] < _SURFACE
    front = hair.strands.points[hair.middles, 2] > 0.0
    seen = hair.mean(outer | front) > 0.5
    chance = hair.chance(3)
    hit = chance < np.where(seen, _PAINTED, _MISSED)
    jitter = _LOCK_JITTER * (2.0 * hair.chance(5) - 1.0) + _STRAND_JITTER * hair.jitter[:, 0]
    return hit[hair.owner] * _step(_BALAYAGE, hair.along + jitter[hair.owner])


def _highlights(hair: _Hair) -> F64:
    chosen = hair.chance(7) < _HIGHLIGHTS
    return chosen[hair.owner] * _near_root(hair)


def _money_piece(hair: _Hair) -> F64:
    roots, tips = hair.strands.points[hair.roots], hair.strands.points[hair.tips]
    near = (roots[:, 1] - hairline_height(roots) < _FRAME_BAND) & (roots[:, 2] > _FRAME_BEHIND)
    fringe = (tips[:, 2] > 4.0) & (np.abs(tips[:, 0]) < 5.0) & (tips[:, 1] > -1.0)
    beside = near & ~fringe
    chosen = hair.mean(beside if beside.sum() > 0.3 * near.sum() else near) > 0.5
    return chosen[hair.owner] * _near_root(hair)


def _two_tone(hair: _Hair) -> F64:
    part = 0.0 if np.isnan(hair.strands.part_x) else hair.strands.part_x
    left = hair.strands.points[hair.roots, 0] > part
    return np.asarray(left[hair.owner], np.float64)


def _near_root(hair: _Hair) -> F64:
    low, high = _FROM_ROOT
    return _smooth((hair.strands.t - low) / (high - low))


def _step(edge: tuple[float, float], along: F64) -> F64:
    """0 to 1 about ``edge``: where, and over how much."""
    return _smooth((along - edge[0]) / edge[1] + 0.5)


def _smooth(x: F64) -> F64:
    x = np.clip(np.asarray(x, np.float64), 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x))


_PAINTERS: dict[str, Callable[[_Hair], F64]] = {
    "ombre": _ombre,
    "balayage": _balayage,
    "highlights": _highlights,
    "money-piece": _money_piece,
    "two-tone": _two_tone,
}
