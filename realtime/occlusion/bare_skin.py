"""Where a head's own skin may be seen: face, ears, neck."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.head.face_regions import OVAL
from realtime.head.head_grid import CELL, CELLS, head_cells, landmark_cells

U8 = npt.NDArray[np.uint8]

# The face's outline ends below the hairline and inside the cheeks: so far skin goes on, cm.
_FACE_RIM = 1.0
_FOREHEAD = ((0.0, 8.5, 7.0), 6.0, 5.0)
_EAR, _EAR_SIZE = (7.6, -0.6, -1.2), (2.6, 4.4)
_NECK = ((0.0, -7.0, 2.0), (0.0, -18.0, -1.0))
_NECK_RADIUS = 7.0


def face_zone(face: Face) -> U8:
    """(128, 128) uint8, 0 or 1, in the cells of :mod:`realtime.head.head_grid`: face and forehead."""
    zone = np.zeros((CELLS, CELLS), np.uint8)
    cv2.fillPoly(zone, [landmark_cells(face, OVAL)], (1,))
    cv2.polylines(zone, [landmark_cells(face, OVAL)], True, (1,), round(2 * _FACE_RIM / CELL))
    middle, width, height = _FOREHEAD
    cv2.ellipse(zone, _cell(face, middle), _size(width, height), 0, 0, 360, (1,), -1)
    return zone


def ear_zone(face: Face) -> U8:
    """(128, 128) uint8, 0 or 1: both ears and the neck down to the collar bones."""
    zone = np.zeros((CELLS, CELLS), np.uint8)
    for side in (-1.0, 1.0):
        middle = (side * _EAR[0], _EAR[1], _EAR[2])
        cv2.ellipse(zone, _cell(face, middle), _size(*_EAR_SIZE), 0, 0, 360, (1,), -1)
    top, bottom = (_cell(face, point) for point in _NECK)
    cv2.line(zone, top, bottom, (1,), round(2 * _NECK_RADIUS / CELL))
    return zone


def _cell(face: Face, point: tuple[float, float, float]) -> tuple[int, int]:
    x, y = head_cells(face, [point])[0]
    return int(x), int(y)


def _size(width: float, height: float) -> tuple[int, int]:
    return round(width / CELL), round(height / CELL)
