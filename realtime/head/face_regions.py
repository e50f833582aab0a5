"""Which FaceMesh landmarks bound which part of the face."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.strands.body import FACE

OVAL: npt.NDArray[np.intp] = np.array(
    [
        10,
        338,
        297,
        332,
        284,
        251,
        389,
        356,
        454,
        323,
        361,
        288,
        397,
        365,
        379,
        378,
        400,
        377,
        152,
        148,
        176,
        149,
        150,
        136,
        172,
        58,
        132,
        93,
        234,
        127,
        162,
        21,
        54,
        103,
        67,
        109,
    ]
)
"""The face's outline, closed, from the middle of the forehead over the person's left cheek."""

_FEATURES = (
    np.array([70, 63, 105, 66, 107, 33, 145, 133]),
    np.array([336, 296, 334, 293, 300, 362, 374, 263]),
    np.array([61, 291, 0, 17, 4, 98, 327]),
)
"""Landmarks around each eye with its brow, and around nose and mouth."""

SKIN_PATCHES: npt.NDArray[np.intp] = np.array(
    [151, 9, 108, 337, 69, 299, 50, 280, 205, 425, 118, 347, 117, 346, 187, 411, 36, 266, 147, 376, 4, 195, 5]
)
"""Landmarks in the middle of bare skin: forehead, cheeks, nose."""


def fill_oval(
    landmarks: npt.NDArray[np.float32], size: tuple[int, int], soft: float
) -> npt.NDArray[np.float32]:
    """(h, w) float32: 1 inside the outline of the face of ``landmarks`` in a picture of ``size`` (width,
    height), with an edge of ``soft`` px."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    outline = np.rint(landmarks[OVAL, :2] * 16.0).astype(np.int32)
    cv2.fillPoly(mask, [outline], (255,), lineType=cv2.LINE_AA, shift=4)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.5, soft)), np.float32) / np.float32(255.0)


def fill_features(
    landmarks: npt.NDArray[np.float32], size: tuple[int, int], margin: float
) -> npt.NDArray[np.bool_]:
    """(h, w) bool: brows, eyes, nose and mouth of the face of ``landmarks`` and ``margin`` px around them."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    for part in _FEATURES:
        cv2.fillConvexPoly(mask, cv2.convexHull(np.rint(landmarks[part, :2]).astype(np.int32)), (255,))
    side = 2 * max(1, round(margin)) + 1
    return np.asarray(cv2.dilate(mask, np.ones((side, side), np.uint8)) > 0)


def skin_normals(pose: HeadPose) -> npt.NDArray[np.float64]:
    """(n, 3) outward unit normals at :data:`SKIN_PATCHES` in camera axes (y up), from the mean head."""
    return _NORMALS @ pose.rotation.T


def _mean_normals() -> npt.NDArray[np.float64]:
    mean = mean_face()[SKIN_PATCHES]
    outward = (mean - np.array(FACE.center)) / np.array(FACE.radii) ** 2
    return np.asarray(outward / np.linalg.norm(outward, axis=1, keepdims=True))


_NORMALS = _mean_normals()
