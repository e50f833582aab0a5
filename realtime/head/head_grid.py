"""A coarse grid of cells that moves with the head."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine, compose_affine, invert_affine, resize_affine
from engines.face import Face
from engines.head_pose import HeadPose

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]

CELLS = 128
"""Cells along each side."""
CELL = 0.4
"""Side of a cell on the head, cm."""
MIDDLE = (63.5, 50.0)
"""The cell (x, y) of the head's origin: the grid reaches 25 cm to the sides, 20 up and 31 down."""

# A frame is averaged down to at least so many px per cell before cells look at it.
_SHARPEST = 2


def grid_to_frame(pose: HeadPose) -> F64:
    """(2, 3) similarity from cells to pixels of the frame: it follows the head's place, size and roll."""
    angle, zoom = math.radians(pose.roll), pose.scale * CELL
    linear = zoom * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return np.column_stack([linear, pose.translation - linear @ MIDDLE])


def cut_grid(rgb: U8, pose: HeadPose) -> U8:
    """(128, 128, 3) uint8: the frame ``rgb`` (h, w, 3) in the cells of ``pose``, black outside."""
    to_cells = invert_affine(grid_to_frame(pose))
    shrink = int(pose.scale * CELL / _SHARPEST)
    if shrink > 1:
        small = (max(1, rgb.shape[1] // shrink), max(1, rgb.shape[0] // shrink))
        # Whole squares are averaged in half the time.
        whole = rgb[: small[1] * shrink, : small[0] * shrink]
        rgb = np.asarray(cv2.resize(whole, small, interpolation=cv2.INTER_AREA), np.uint8)
        to_cells = compose_affine(to_cells, resize_affine(small, (whole.shape[1], whole.shape[0])))
    cells = cv2.warpAffine(rgb, to_cells, (CELLS, CELLS))
    return np.asarray(cells, np.uint8)


def head_cells(face: Face, points: npt.ArrayLike) -> I32:
    """Cells (n, 2), whole, of head-frame ``points`` (n, 3) in cm."""
    pixels = face.pose.project(points)[:, :2]
    return np.rint(apply_affine(invert_affine(grid_to_frame(face.pose)), pixels)).astype(np.int32)


def landmark_cells(face: Face, index: npt.NDArray[np.intp]) -> I32:
    """Cells (n, 2), whole, of the landmarks ``index``."""
    pixels = face.landmarks[index, :2].astype(np.float64)
    return np.rint(apply_affine(invert_affine(grid_to_frame(face.pose)), pixels)).astype(np.int32)
