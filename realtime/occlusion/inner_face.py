"""The inner face is never painted over by what replaces own hair."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face

U8 = npt.NDArray[np.uint8]

# Both eyes, most of the brows, nose and mouth: within these there is no hair to remove.
_HULL = np.array([33, 263, 159, 386, 105, 334, 107, 336, 145, 374, 61, 291, 17])
_MARGIN = 0.2
"""Around it, cm."""


def keep_inner_face(removal: U8, face: Face, corner: tuple[int, int]) -> None:
    """Take eyes, nose and mouth of ``face`` out of ``removal`` (h, w) uint8, in place.

    ``corner``: the frame's pixel that is the first of ``removal``. Fills are carried to a frame in two
    dimensions, so between keyframes those of a turning head slide over the face.
    """
    margin = _MARGIN * face.pose.scale
    points = face.landmarks[_HULL, :2] - np.array(corner)
    height, width = removal.shape
    left, top = np.clip(points.min(axis=0) - 2.0 * margin, 0, (width, height)).astype(int)
    right, bottom = np.clip(points.max(axis=0) + 2.0 * margin + 1.0, 0, (width, height)).astype(int)
    if right <= left or bottom <= top:
        return
    inside = np.zeros((bottom - top, right - left), np.uint8)
    hull = cv2.convexHull(np.rint(points - (left, top)).astype(np.int32))
    cv2.fillConvexPoly(inside, hull, (255,))
    cv2.polylines(inside, [hull], isClosed=True, color=(255,), thickness=max(1, round(2.0 * margin)))
    part = removal[top:bottom, left:right]
    if not cv2.countNonZero(cv2.bitwise_and(np.ascontiguousarray(part), inside)):
        return
    outside = cv2.bitwise_not(cv2.GaussianBlur(inside, (0, 0), max(0.5, 0.5 * margin)))
    part[:] = cv2.multiply(part, outside, scale=1.0 / 255.0)
