"""The scalp divided into boxes by partings: rows around the crown, each laid like bricks over the next."""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from engines.strands.body import SKULL
from engines.strands.scalp import F64

_CENTER, _RADII = np.array(SKULL.center), np.array(SKULL.radii)
_RADIUS = float(_RADII.mean())
_TURN = 2.0 * math.pi
_COLUMNS = 1000


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def box_at(x: float, y: float, z: float, size: float) -> tuple[int, float]:
    """The box in which a point of the unit sphere lies, boxes being ``size`` cm wide on the skull, and the
    point's distance in cm to the box's edge."""
    height = math.acos(min(1.0, max(-1.0, y))) * _RADIUS / size
    row = math.floor(height)
    around = _TURN * math.sin((row + 0.5) * size / _RADIUS) * _RADIUS
    columns = max(1.0, math.floor(around / size + 0.5))
    across = (math.atan2(x, z) / _TURN + 1.5) * columns + 0.5 * (row % 2)
    column = math.floor(across)
    v, u = height - row, across - column
    edge = min(min(v, 1.0 - v) * size, min(u, 1.0 - u) * around / columns)
    return int(_COLUMNS * row + column % columns), edge


def boxes(points: F64, size: float) -> tuple[npt.NDArray[np.int64], F64]:
    """``box_at`` for ``points`` (n, 3) on the skull, cm: (n,) and (n,)."""
    unit = (points - _CENTER) / _RADII
    return _boxes_at(np.ascontiguousarray(unit / np.linalg.norm(unit, axis=1, keepdims=True)), size)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _boxes_at(unit: F64, size: float) -> tuple[npt.NDArray[np.int64], F64]:
    box, edge = np.empty(len(unit), np.int64), np.empty(len(unit))
    for i in range(len(unit)):
        box[i], edge[i] = box_at(unit[i, 0], unit[i, 1], unit[i, 2], size)
    return box, edge
