"""How the face moved from one picture to another, read from the pictures and not from the tracker."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_UPPER_FACE = np.array([70, 105, 66, 107, 336, 296, 334, 300, 345, 352, 280, 425, 2, 205, 50, 123, 116])
"""FaceMesh landmarks around brows, eyes, nose and cheekbones, which the mouth does not move."""
_LEAST = 12


def grey(rgb: U8) -> U8:
    """(h, w) uint8 luma of (h, w, 3) uint8 sRGB."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def face_motion(before: U8, after: U8, face: Face) -> F64 | None:
    """(2, 3) similarity from pixels of ``before`` to those of ``after`` ((h, w) uint8), for ``face`` in the
    former; ``None`` where too little can be followed.

    Corners of the upper face followed forth and back by Lucas and Kanade's method (pyramidal: Bouguet 2000),
    the similarity that most of them agree on (RANSAC).
    """
    mask = np.zeros(before.shape, np.uint8)
    outline = cv2.convexHull(np.rint(face.landmarks[_UPPER_FACE, :2]).astype(np.int32))
    cv2.fillConvexPoly(mask, outline, (255,))
    spacing = max(3.0, 0.35 * face.pose.scale)
    found = cv2.goodFeaturesToTrack(before, 150, 0.005, spacing, mask=mask)
    if found is None or len(found) < _LEAST:
        return None
    corners = np.asarray(found, np.float32)
    side = max(9, round(1.2 * face.pose.scale) | 1)
    moved, kept = _followed(before, after, corners, side)
    back, returned = _followed(after, before, moved, side)
    sure = kept & returned
    sure &= np.linalg.norm((back - corners).reshape(-1, 2), axis=1) < 0.5
    if sure.sum() < _LEAST:
        return None
    affine, inliers = cv2.estimateAffinePartial2D(
        corners[sure], moved[sure], method=cv2.RANSAC, ransacReprojThreshold=1.0, refineIters=20
    )
    if affine is None or inliers.sum() < _LEAST:
        return None
    return np.asarray(affine, np.float64)


def _followed(before: U8, after: U8, points: F32, side: int) -> tuple[F32, Mask]:
    """Where ``points`` (n, 1, 2) of ``before`` are in ``after``, and which of them were found."""
    moved, found, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points, points.copy(), winSize=(side, side), maxLevel=3
    )
    return np.asarray(moved, np.float32), np.asarray(found).ravel().astype(bool)


def largest_shift(affine: F64, face: Face) -> float:
    """How far ``affine`` moves any of the upper face's points, cm."""
    points = face.landmarks[_UPPER_FACE, :2].astype(np.float64)
    moved = points @ affine[:, :2].T + affine[:, 2]
    return float(np.linalg.norm(moved - points, axis=1).max() / face.pose.scale)
