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
_EARS, _EAR_SIZE = ((-7.6, -0.6, -1.2), (7.6, -0.6, -1.2)), (2.6, 4.4)
_NECK = ((0.0, -7.0, 2.0), (0.0, -18.0, -1.0))
_NECK_RADIUS = 7.0


def face_zone(face: Face) -> U8:
    """(128, 128) uint8, 0 or 1, in the cells of :mod:`realtime.head.head_grid`: face and forehead."""
    zone, oval = np.zeros((CELLS, CELLS), np.uint8), landmark_cells(face, OVAL)
    cv2.fillPoly(zone, [oval], (1,))
    cv2.polylines(zone, [oval], True, (1,), round(2 * _FACE_RIM / CELL))
    middle, width, height = _FOREHEAD
    (center,) = head_cells(face, [middle]).tolist()
    cv2.ellipse(zone, center, _size(width, height), 0, 0, 360, (1,), -1)
    return zone


def ear_zone(face: Face) -> U8:
    """(128, 128) uint8, 0 or 1: both ears and the neck down to the collar bones."""
    zone = np.zeros((CELLS, CELLS), np.uint8)
    *ears, top, bottom = head_cells(face, (*_EARS, *_NECK)).tolist()
    for ear in ears:
        cv2.ellipse(zone, ear, _size(*_EAR_SIZE), 0, 0, 360, (1,), -1)
    cv2.line(zone, top, bottom, (1,), round(2 * _NECK_RADIUS / CELL))
    return zone


def _size(width: float, height: float) -> tuple[int, int]:
    return round(width / CELL), round(height / CELL)
