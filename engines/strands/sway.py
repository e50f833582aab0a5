"""How far every vertex may leave its place: which zone of the hair carries it, and what it would run into."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.strands.body import FACE, NECK, SHOULDERS, SKULL, ellipsoid_array
from engines.strands.strand_set import StrandSet

F32 = npt.NDArray[np.float32]

LEFT, RIGHT, BACK, FRONT = 0, 1, 2, 3
"""Zones: hair at the person's left and right, behind the head (a tail too), and the fringe."""

ZONES = 4
SWAY_PLANES = 8
# Columns of a sway table behind the weights of the zones.
ROOM, ACROSS, LAG, RANK = 4, 5, 6, 7
# What 255 of a column stands for: a weight, cm.
WEIGHT, CM = 1.25, 10.0

# Hair is free where it stands so far off the skull, cm, or hangs under the ear; a fringe, on the forehead.
_OFF_SKULL, _UNDER_EAR, _FRINGE = (1.5, 4.0), (2.0, -3.0), (9.0, 6.0)
# The zone's free length is that of so many of its strands; zones with less than the shortest stand still.
_REACHING, _SHORTEST = 0.9, 0.8
# A strand that begins later than this share of it has lost its beginning to hair above it.
_HIDDEN_ROOT = 0.03
# Fewer strands, as a share, make no zone.
_FEWEST = 0.01
# A hanging strand bends little below the point it hangs from.
_BEND = 1.3
# How near to the body hair may come from where it lay, cm; how far over the face, as a share; a fringe, cm.
_TOUCH, _OVER_FACE, _FRINGE_ACROSS = 0.15, 0.10, 0.8
# Under the chin hair comes before the neck, the further down the more, cm per cm.
_CHIN, _PAST_NECK = -9.0, 0.6
# From here down, cm, the shoulders are in the way and no longer the neck.
LOW, TO_LOW = -13.0, 4.0
# The middle of neck and shoulders, z in cm; and how far hair can be pressed together.
MIDDLE, MIDDLE_LOW = -2.0, -5.0
_SQUEEZE = 0.4


@dataclass(frozen=True, slots=True)
class Sway:
    """``table`` (v, 8) uint8: of every vertex the weights of the four zones, how near it may come to the body
    and to the middle of the face, how far it takes part in the second mode, and the rank of its strand: those
    of high rank are left out first (see projection.project).
    ``length`` (4,): free length of each zone's hair in cm, 0 where none is free. ``tip`` (4, 3): where it
    ends, head frame, cm."""

    table: npt.NDArray[np.uint8]
    length: npt.NDArray[np.float64]
    tip: npt.NDArray[np.float64]


def sway_of(strands: StrandSet, points: F32) -> Sway:
    """The sway of ``strands`` whose vertices (v, 3) lie at ``points`` on a person's head."""
    first, last = strands.start[:-1], strands.start[1:] - 1
    owner = np.repeat(np.arange(len(first)), np.diff(strands.start))
    ends = points[last]
    fringe = ((ends[:, 2] > 4.0) & (ends[:, 1] > 0.0) & (np.abs(ends[:, 0]) < 6.5))[owner]
    free = np.where(fringe, _ramp(points[:, 1], *_FRINGE) * (points[:, 2] > 3.0), _freedom(points))
    along = _free_lengths(strands, points, free)
    share = _shares(points, fringe)
    length, tip = np.zeros(ZONES), np.zeros((ZONES, 3))
    table = np.zeros((SWAY_PLANES, len(points)), np.uint8)
    reached = np.zeros(len(points))
    for zone in range(ZONES):
        here = last[(share[last, zone] > 0.5) & (along[last] > 0.5 * _SHORTEST)]
        if len(here) < _FEWEST * len(last):
            continue
        longest = float(np.quantile(along[here], _REACHING))
        if longest < _SHORTEST:
            continue
        length[zone] = longest
        tip[zone] = points[here[along[here] > 0.6 * longest]].mean(axis=0)
        weight = share[:, zone] * np.minimum(along / longest, 1.15) ** _BEND
        table[zone] = np.rint(weight * (255.0 / WEIGHT))
        reached += share[:, zone] * along / longest
    room, across = _limits(points)
    across[fringe] = _FRINGE_ACROSS
    table[ROOM] = np.rint(np.minimum(room, CM) * (255.0 / CM))
    table[ACROSS] = np.rint(np.minimum(across, CM) * (255.0 / CM))
    table[LAG] = np.rint(127.5 + 127.5 * np.clip(2.4 * reached - 1.4, -1.0, 1.0))
    # Multiples of the golden ratio spread evenly, whatever order strands are in.
    table[RANK] = (256.0 * np.mod(strands.strand * 0.6180339887, 1.0)).astype(np.uint8)[owner]
    return Sway(np.ascontiguousarray(table.T), length, tip)


def _free_lengths(strands: StrandSet, points: F32, free: F32) -> F32:
    """(v,): cm of free hair between the root and each vertex.

    Pieces of one strand follow each other. A strand whose beginning is hidden is free
    from the ear on.
    """
    first = strands.start[:-1]
    step = np.zeros(len(points))
    step[1:] = _norm(np.diff(points, axis=0)) * free[1:]
    new = np.ones(len(first), bool)
    new[1:] = np.diff(strands.strand) != 0
    hidden = new & (strands.t[first] > _HIDDEN_ROOT)
    step[first[new]] = 0.0
    step[first[hidden]] = np.maximum(0.0, 0.5 * sum(_UNDER_EAR) - points[first[hidden], 1])
    along = np.cumsum(step)
    begin = along[first[new]] - step[first[new]]
    sizes = np.diff(np.append(first[new], len(points)))
    return np.asarray(along - np.repeat(begin, sizes), np.float32)


def _ramp(value: F32, zero: float, one: float) -> F32:
    s = np.clip((value - np.float32(zero)) / np.float32(one - zero), 0.0, 1.0)
    return np.asarray(s * s * (3.0 - 2.0 * s), np.float32)


def _norm(vectors: F32) -> F32:
    """(v,): the lengths of vectors (v, 3)."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)), np.float32)


def _freedom(points: F32) -> F32:
    unit = (points - np.array(SKULL.center, np.float32)) / np.array(SKULL.radii, np.float32)
    off = (_norm(unit) - 1.0) * np.float32(min(SKULL.radii))
    return np.maximum(_ramp(off, *_OFF_SKULL), _ramp(points[:, 1], *_UNDER_EAR))


def _shares(points: F32, fringe: npt.NDArray[np.bool_]) -> F32:
    """(v, 4): how much of each vertex every zone carries; the sum is 1."""
    behind = _ramp(np.abs(np.arctan2(points[:, 0], points[:, 2] + 2.0)), 1.9, 2.8)
    left = _ramp(points[:, 0], -2.0, 2.0)
    side = (1.0 - behind) * ~fringe
    return np.column_stack([side * left, side * (1.0 - left), behind * ~fringe, fringe]).astype(np.float32)


def _limits(points: F32) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(v,) cm that each vertex may come nearer to head, neck or shoulders; and to the middle plane."""
    around = np.full(len(points), np.inf)
    for cx, cy, cz, rx, ry, rz in ellipsoid_array((SKULL, FACE, NECK)):
        unit = (points - np.array([cx, cy, cz], np.float32)) / np.array([rx, ry, rz], np.float32)
        around = np.minimum(around, (_norm(unit) - 1.0) * min(rx, rz))
    around = np.maximum(_kept_apart(points, around), _TOUCH)
    _, cy, cz = SHOULDERS.center
    rx, ry, rz = SHOULDERS.radii
    inside = np.maximum(0.0, 1.0 - (points[:, 0] / rx) ** 2 - ((points[:, 1] - cy) / ry) ** 2)
    above = np.where(inside > 0.0, np.abs(points[:, 2] - cz) - rz * np.sqrt(inside), CM)
    above = np.maximum(_kept_apart(points, above), _TOUCH)
    over_face = np.where(points[:, 2] > 2.0, _OVER_FACE * np.abs(points[:, 0]) + _TOUCH, CM)
    beside_neck = around + _PAST_NECK * np.maximum(0.0, LOW + TO_LOW - points[:, 1])
    low = points[:, 1] < LOW
    return np.where(low, above, around), np.where(points[:, 1] < _CHIN, beside_neck, over_face)


def _kept_apart(points: F32, room: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """``room`` (v,) in cm, less what inner hair takes of that of outer hair at the same height and side."""
    level = np.clip(points[:, 1] + 64.0, 0.0, 127.0).astype(int)
    place = level * 4 + (points[:, 0] > 0.0) * 2 + (points[:, 2] > MIDDLE)
    # One vertex in eight tells as much as all.
    some, there = room[::8], place[::8]
    order = np.lexsort((some, there))
    sorted_ = there[order]
    first = np.flatnonzero(np.append(True, np.diff(sorted_) != 0))
    size = np.diff(np.append(first, len(order)))
    inner = np.full(512, np.inf)
    inner[sorted_[first]] = some[order[first + size // 10]]
    inmost = inner[place]
    return np.asarray(np.minimum(room, inmost + _SQUEEZE * np.maximum(room - inmost, 0.0)))
