"""The mean face in the head frame: FaceMesh averaged over many people, made symmetric."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

_DATA = Path(__file__).parent / "data"


@cache
def mean_face() -> npt.NDArray[np.float64]:
    """(478, 3) float64, read-only: FaceMesh landmarks in the head frame (engines.head_pose), cm."""
    points = np.loadtxt(_DATA / "mean_face.csv", delimiter=",", comments="#")
    points.setflags(write=False)
    return points


@cache
def face_triangles() -> npt.NDArray[np.int32]:
    """(m, 3) int32, read-only: landmark indices, counter-clockwise seen from outside."""
    triangles = np.loadtxt(_DATA / "face_triangles.csv", delimiter=",", comments="#", dtype=np.int32)
    triangles.setflags(write=False)
    return triangles
