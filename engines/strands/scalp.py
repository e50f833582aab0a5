"""The scalp: where hair grows on the skull."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.strands.body import SKULL, hairline_height

F64 = npt.NDArray[np.float64]

_CENTER = np.array(SKULL.center)
_RADII = np.array(SKULL.radii)
# Half the width of a parting's bare line, and how far beside it hair is combed away from it, cm.
_PART_EDGE, _PART_REACH = 0.09, 0.4


@dataclass(frozen=True, slots=True)
class Roots:
    """Points on the scalp: ``points`` and unit ``normals`` (n, 3), cm above the hairline ``above`` (n,)."""

    points: F64
    normals: F64
    above: F64

    def __getitem__(self, index: npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice) -> Roots:
        return Roots(self.points[index], self.normals[index], self.above[index])

    def __len__(self) -> int:
        return len(self.points)

    @property
    def azimuth(self) -> F64:
        """Angle from the front about the vertical axis, 0 to pi."""
        return np.asarray(np.arctan2(np.abs(self.points[:, 0]), self.points[:, 2] - _CENTER[2]))


def _roots(directions: F64) -> Roots:
    points = _CENTER + directions * _RADII
    normals = directions / _RADII
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    # The smooth hairline looks drawn; two slow ripples make it a person's.
    ripple = 0.12 * np.sin(2.2 * points[:, 0]) + 0.10 * np.sin(5.5 * points[:, 0] + 1.0)
    return Roots(points, normals, points[:, 1] - hairline_height(points) - ripple)


def _area_weight(directions: F64) -> F64:
    """Share of the surface per share of the unit sphere, largest = 1."""
    return np.asarray(np.linalg.norm(directions / _RADII, axis=1) * _RADII.min())


def random_roots(count: int, ragged: float, rng: np.random.Generator) -> Roots:
    """``count`` roots, uniform on the scalp, thinning out over ``ragged`` cm at the hairline."""
    found: list[Roots] = [_roots(np.zeros((0, 3)))]
    missing = count
    while missing > 0:
        directions = rng.normal(size=(4 * missing + 64, 3))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        directions = directions[rng.random(len(directions)) < _area_weight(directions)]
        roots = _roots(directions)
        kept = roots[roots.above > ragged * rng.random(len(roots)) ** 2]
        found.append(kept[:missing])
        missing -= len(found[-1])
    return join(found)


def join(parts: Sequence[Roots]) -> Roots:
    """Several sets of roots as one."""
    return Roots(
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.above for part in parts]),
    )


def drawn_to_part(roots: Roots, x: float, back: float) -> Roots:
    """``roots`` with those beside a parting at ``x`` cm, from ``back`` cm forward, moved up to its edge: a
    comb leaves a clean line."""
    p = roots.points
    away = p[:, 0] - x
    beside = (np.abs(away) < _PART_REACH) & (p[:, 2] > back) & (p[:, 1] > _CENTER[1])
    near = _PART_EDGE + (1.0 - _PART_EDGE / _PART_REACH) * np.abs(away)
    moved = (np.where(beside, x + np.where(away > 0.0, near, -near), p[:, 0]) - _CENTER[0]) / _RADII[0]
    directions = (p - _CENTER) / _RADII
    directions = np.column_stack([moved, directions[:, 1:]])
    return _roots(directions / np.linalg.norm(directions, axis=1, keepdims=True))


def even_roots(count: int, margin: float) -> Roots:
    """About ``count`` roots evenly over the scalp and ``margin`` cm beyond the hairline (a spherical
    Fibonacci lattice: González, Math. Geosci. 42, 2010)."""
    total = 2 * count
    for _ in range(3):
        index = np.arange(total) + 0.5
        polar = 1.0 - 2.0 * index / total
        around = np.pi * (1.0 + 5.0**0.5) * index
        ring = np.sqrt(1.0 - polar**2)
        roots = _roots(np.stack([ring * np.cos(around), polar, ring * np.sin(around)], axis=1))
        roots = roots[roots.above > -margin]
        total = round(total * count / max(len(roots), 1))
    return roots
