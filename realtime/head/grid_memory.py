"""What head and room used to look like, cell by cell."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine, compose_affine, invert_affine
from engines.face import Face
from engines.head_pose import HeadPose
from realtime.head.head_grid import CELLS, grid_to_frame

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_HABIT = 0.35
"""Skin that was there for so large a share of the last seconds belongs there."""
_RISE, _FALL, _HEAL = 3.0, 5.0, 25.0
"""Time constants of skin's habits where it came, where it went, and where it is taken for a hand, seconds."""
_LOOK = 2.5
"""Time constant of colours, seconds."""
_CORNERS = np.array([[16.0, 16.0], [CELLS - 16.0, 16.0], [64.0, CELLS - 16.0]])
_AROUND = np.ones((5, 5), np.uint8)
"""A colour that was so near is nothing new: things move a little."""


class GridMemory:
    """Two memories over the cells of :mod:`realtime.head.head_grid`, one going with the head, one at rest.

    Each knows how much of the time a cell showed skin (128, 128) and of what colour it was (128, 128, 3).
    """

    def __init__(self, cells: U8, skin: U8, face: Face) -> None:
        """``cells`` (128, 128, 3) and ``skin`` (128, 128; 0 or 1) in them belong to ``face`` and room."""
        self._pose = face.pose
        self._time = face.time
        self._head_skin, self._room_skin = skin.astype(np.float32), skin.astype(np.float32)
        self._head_look, self._room_look = cells.astype(np.float32), cells.astype(np.float32)

    def move(self, pose: HeadPose) -> None:
        """The cells lie around ``pose`` now; what stays put is carried once it is a cell off its place."""
        motion = compose_affine(invert_affine(grid_to_frame(pose)), grid_to_frame(self._pose))
        if np.abs(apply_affine(motion, _CORNERS) - _CORNERS).max() < 1.0:
            return
        self._pose = pose
        self._room_skin, self._room_look = (
            np.asarray(
                cv2.warpAffine(memory, motion, (CELLS, CELLS), borderMode=cv2.BORDER_REPLICATE), np.float32
            )
            for memory in (self._room_skin, self._room_look)
        )

    def skinless(self) -> U8:
        """(128, 128) 0 or 1: where skin is something new."""
        known = np.maximum(self._head_skin, cv2.dilate(self._room_skin, _AROUND))
        return np.asarray(known < _HABIT, np.uint8)

    def change(self, cells: U8, *, head_only: bool = False) -> U8:
        """(128, 128): levels by which a cell's colour is outside of all that was near it."""
        looks = (self._head_look,) if head_only else (self._head_look, self._room_look)
        return np.asarray(np.minimum.reduce([_outside(cells, look) for look in looks]), np.uint8)

    def learn(self, cells: U8, skin: U8, front: U8, own: U8, time: float) -> None:
        """Take in a frame of ``time`` seconds without what is in ``front``; the room has no ``own`` skin."""
        step = max(time - self._time, 0.0)
        self._time = time
        rise, fall, heal, look = (1.0 - math.exp(-step / seconds) for seconds in (_RISE, _FALL, _HEAL, _LOOK))
        rate = np.where(front > 0, heal, np.where(skin > 0, rise, fall)).astype(np.float32)
        self._head_skin += rate * (skin - self._head_skin)
        self._room_skin += rate * (1 - own) * (skin - self._room_skin)
        behind = 1 - front
        cv2.accumulateWeighted(cells, self._head_look, look, behind)
        cv2.accumulateWeighted(cells, self._room_look, look, behind)


def _outside(cells: U8, look: F32) -> U8:
    known = look.astype(np.uint8)
    above = cv2.subtract(cells, cv2.dilate(known, _AROUND))
    below = cv2.subtract(cv2.erode(known, _AROUND), cells)
    return np.asarray(cv2.max(above, below).max(axis=2), np.uint8)
