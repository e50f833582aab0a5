"""Box braids: the hair of every box on the scalp in one braid of three."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from engines.strands.body import NECK, SKULL
from engines.strands.boxes import boxes
from engines.strands.children import Strands
from engines.strands.clumps import Locks
from engines.strands.fields import fields_at
from engines.strands.groom import Groom
from engines.strands.growth import STEP, grow_guides
from engines.strands.scalp import F64, Roots
from engines.strands.tied import Braids

I64 = npt.NDArray[np.int64]

_CENTER, _RADII = np.array(SKULL.center), np.array(SKULL.radii)
_PER_PITCH = 6
# The three parts of a braid, against its width: how thick, how far they swing sideways and in and out.
_PART, _SIDEWAYS, _INWARDS = 0.21, 0.29, 0.15
# cm from the scalp over which the hair of a box runs together, and over which it stays flat.
_BASE, _RISE = 1.4, 3.0
# Hair that ends in the braid's base: what covers the box.
_FILLING, _FEWEST = 0.6, 14
_THIN_TIP = 0.4
_RELIEF = 1.1


def braid(groom: Groom, braids: Braids, roots: Roots, rng: np.random.Generator) -> tuple[Strands, Locks]:
    """The strands of ``roots``, evenly spaced, each in its braid; and its braid and part of it as locks."""
    box, _ = boxes(roots.points, braids.size)
    _, owner = np.unique(box, return_inverse=True)
    path, length = _middles(groom, roots, owner, rng)
    n, count = len(roots), len(path)
    vertices = math.ceil(length.max() / braids.pitch * _PER_PITCH)
    # At the hairline a box may be too small for a braid.
    filling = (rng.random(n) < _FILLING) | (np.bincount(owner)[owner] < _FEWEST)
    length = length[owner] * np.clip(1.0 + 0.02 * rng.normal(size=n), 0.9, 1.1)
    length = np.where(
        filling, _BASE + 0.6 * rng.random(n), np.minimum(length, (path.shape[1] - 1.001) * STEP)
    )
    s = length[:, None] * np.linspace(0.0, 1.0, vertices)

    out, across = _frames(path)

    def along(values: F64) -> F64:
        return np.asarray(_along(values, owner, s / STEP))

    part = rng.integers(0, 3, n)
    start = 2.0 * math.pi * rng.random(count)[owner]
    phase = 2.0 * math.pi * (s / braids.pitch + part[:, None] / 3.0) + start[:, None]
    disc = np.sqrt(rng.random(n)) * _PART
    angle = 2.0 * math.pi * rng.random(n)
    thick = braids.width * (1.0 - _THIN_TIP * s / length.max())
    depth = np.sin(2.0 * phase)
    sideways = thick * (_SIDEWAYS * np.sin(phase) + (disc * np.cos(angle))[:, None])
    outwards = thick * (_INWARDS * depth + (disc * np.sin(angle))[:, None])
    outwards += 0.5 * braids.width * np.clip(s / _RISE, 0.0, 1.0)

    meet = np.clip(s / _BASE, 0.0, 1.0)
    meet = (meet * meet * (3.0 - 2.0 * meet))[..., None]
    middle = along(path)
    middle += (1.0 - meet) * (roots.points - path[owner, 0])[:, None]
    points = middle + meet * (sideways[..., None] * along(across) + outwards[..., None] * along(out))
    steps = np.linalg.norm(np.diff(points, axis=1), axis=2)

    relief = np.clip(0.75 * depth + (disc / _PART * np.sin(angle))[:, None] * 0.6 - 0.2, -_RELIEF, _RELIEF)
    relief *= meet[..., 0]
    of_braid, of_part = rng.normal(size=(count, 4)), rng.normal(size=(count, 3, 4))
    locks = Locks(
        relief.astype(np.float32),
        of_braid[owner].astype(np.float32),
        of_part[owner, part].astype(np.float32),
    )
    return Strands(points.astype(np.float32), steps.sum(axis=1).astype(np.float32)), locks


@njit(cache=True, nogil=True, fastmath=True)
def _along(values: F64, owner: I64, at: F64) -> F64:
    """(n, k, 3): the rows ``owner`` (n,) of ``values`` (m, steps, 3) at the steps ``at`` (n, k), between them
    straight."""
    n, k = at.shape
    found = np.empty((n, k, 3))
    for i in range(n):
        for j in range(k):
            low = min(int(at[i, j]), values.shape[1] - 2)
            share = at[i, j] - low
            for c in range(3):
                here, there = values[owner[i], low, c], values[owner[i], low + 1, c]
                found[i, j, c] = here + share * (there - here)
    return found


def _middles(groom: Groom, roots: Roots, owner: I64, rng: np.random.Generator) -> tuple[F64, F64]:
    """The middle lines (boxes, steps, 3) of the braids, and their lengths in cm."""
    size = np.bincount(owner)
    place = np.stack([np.bincount(owner, roots.points[:, axis]) / size for axis in range(3)], axis=1)
    unit = (place - _CENTER) / _RADII
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    normals = unit / _RADII
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    middles = Roots(_CENTER + _RADII * unit, normals, np.bincount(owner, roots.above) / size)
    fields = fields_at(groom, middles, rng, ragged=False)
    length = fields.length * np.clip(1.0 + groom.lengths.ragged * rng.normal(size=len(unit)), 0.7, 1.3)
    return grow_guides(groom, middles, fields, float(length.max()) + STEP), length


def _frames(path: F64) -> tuple[F64, F64]:
    """Unit vectors across the middle lines: out of the head, and sideways."""
    tangent = np.gradient(path, axis=1)
    tangent /= np.linalg.norm(tangent, axis=2, keepdims=True) + 1e-9
    out = path - np.array([0.0, 0.0, NECK.center[2]])
    out[..., 1] = np.maximum(out[..., 1] - 2.0, 0.0)
    out -= (out * tangent).sum(axis=2, keepdims=True) * tangent
    out /= np.linalg.norm(out, axis=2, keepdims=True) + 1e-9
    return out, np.cross(tangent, out)
