"""Strands turned into what the renderer draws: hidden parts left out, vertices only where they are needed."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]

HIDDEN, DEEP = 4.5, 2.4
"""Optical depths: beyond the first, hair is never seen (less than 1 % of it shows); beyond the second it only
fills chance gaps between the strands before it, and one strand in _FILL does for that."""

_FILL = 3

# How far in cm a strand may leave its path; more the longer it is, as long hair is seen from afar.
_TOLERANCE, _TOLERANCE_PER_CM = 0.04, 0.0015
_NEAR_ROOT = 12.0
_SPACING_NEAR, _SPACING_FAR = 2.0, 4.0
_SHORTEST_GAP = 4.0


def thin_out(points: F32, length: F32, least: F32, finer: float = 1.0) -> tuple[I32, I32, I32]:
    """Which vertices of strands (n, k, 3) to keep.

    Leaves out runs whose ``least`` (n, k) optical depth exceeds HIDDEN or DEEP, so that a strand may become
    several pieces or none, and vertices whose absence moves the strand by less than a hair's breadth
    over ``finer``.

    Returns:
        ``vertex`` (v,) int32: index into the flattened (n k) vertices; ``start`` (m + 1,) int32: pieces, as
        in StrandSet; ``strand`` (m,) int32: the strand each piece belongs to.
    """
    n, vertices, _ = points.shape
    vertex = np.empty(n * vertices, np.int32)
    start = np.empty(n * vertices // 2 + 2, np.int32)
    strand = np.empty(n * vertices // 2 + 2, np.int32)
    v, m = _thin_out(points, length, least, finer, vertex, start, strand)
    return vertex[:v].copy(), start[: m + 1].copy(), strand[:m].copy()


@njit(cache=True, nogil=True, fastmath=True)
def _thin_out(
    points: F32, length: F32, least: F32, finer: float, vertex: I32, start: I32, strand: I32
) -> tuple[int, int]:
    n, vertices, _ = points.shape
    v, m = 0, 0
    start[0] = 0
    for i in range(n):
        step = length[i] / (vertices - 1)
        tolerance = (_TOLERANCE + _TOLERANCE_PER_CM * length[i]) / finer
        hidden = HIDDEN if i % _FILL == 0 else DEEP
        k = 0
        while k < vertices - 1:
            if least[i, k] > hidden and least[i, k + 1] > hidden:
                k += 1
                continue
            end, gap = k + 1, k + 1
            # Hidden gaps are bridged unless they are long: many short pieces would show as dashes.
            while gap < vertices - 1 and (gap - end) * step <= _SHORTEST_GAP:
                gap += 1
                if least[i, gap] <= hidden or least[i, gap - 1] <= hidden:
                    end = gap
            vertex[v] = i * vertices + k
            v += 1
            here = k
            while here < end:
                limit = _SPACING_NEAR if here * step < _NEAR_ROOT else _SPACING_FAR
                there = here + 1
                while there < end and (there + 1 - here) * step <= limit:
                    if not _straight(points, i, here, there + 1, tolerance):
                        break
                    there += 1
                vertex[v] = i * vertices + there
                v += 1
                here = there
            strand[m] = i
            m += 1
            start[m] = v
            k = max(end, gap - 1)
    return v, m


@njit(cache=True, nogil=True, fastmath=True)
def _straight(points: F32, i: int, a: int, b: int, tolerance: float) -> bool:
    """Whether vertices a to b of strand i lie within ``tolerance`` cm of their chord."""
    cx = points[i, b, 0] - points[i, a, 0]
    cy = points[i, b, 1] - points[i, a, 1]
    cz = points[i, b, 2] - points[i, a, 2]
    m = 1.0 / (math.sqrt(cx * cx + cy * cy + cz * cz) + 1e-9)
    cx, cy, cz = cx * m, cy * m, cz * m
    for k in range(a + 1, b):
        ex = points[i, k, 0] - points[i, a, 0]
        ey = points[i, k, 1] - points[i, a, 1]
        ez = points[i, k, 2] - points[i, a, 2]
        along = ex * cx + ey * cy + ez * cz
        if ex * ex + ey * ey + ez * ez - along * along > tolerance * tolerance:
            return False
    return True
