"""How the camera moved between two views of a background."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

STILL: F64 = np.zeros((2, 3))
STILL.flags.writeable = False

_POINTS = 80
_FEWEST = 12
# A picture is shrunk to this long side before corners are followed.
_SIDE = 400
# Less than this at the picture's corners is noise, px; more than this share of its width is another scene.
_LEAST, _FARTHEST = 0.4, 0.25
# Least eigenvalue of the gradients about a corner: those of a noisy plain wall stay below it.
_CORNER = 4e-4
# So many of the followed corners must agree on the motion; of a still picture fewer than this may differ.
_AGREE = 0.6


def camera_motion(old: F32, now: F32, both: Mask) -> F64 | None:
    """(2, 3) affine from pixels of ``old`` to those of ``now`` (h, w, 3), 0..255, background where ``both``.

    Corners are followed (Lucas and Kanade 1981, in a pyramid) and a similarity is fitted by RANSAC. All
    zeros (:data:`STILL`): it stood still, or there is nothing to see motion by. ``None``: it moved in a way
    that cannot be followed.
    """
    height, width = both.shape
    shrink = max(1.0, max(height, width) / _SIDE)
    size = (round(width / shrink), round(height / shrink))
    before, after = _grey(old, size), _grey(now, size)
    mask = cv2.resize(both.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    mask = cv2.erode(mask, np.ones((9, 9), np.uint8))
    mask[cv2.cornerMinEigenVal(before, 5) < _CORNER] = 0
    corners = cv2.goodFeaturesToTrack(before, _POINTS, 0.03, 8.0, mask=mask)
    if corners is None or len(corners) < _FEWEST:
        return STILL
    moved, status, _ = cv2.calcOpticalFlowPyrLK(
        before, after, corners, np.zeros_like(corners), winSize=(15, 15), maxLevel=3
    )
    kept = status.ravel() > 0
    start, end = corners[kept].reshape(-1, 2), moved[kept].reshape(-1, 2)
    if len(start) < _FEWEST // 2:
        return None
    found, inliers = cv2.estimateAffinePartial2D(start, end, method=cv2.RANSAC, ransacReprojThreshold=1.0)
    if found is None or inliers.mean() < _AGREE or len(start) < _AGREE * len(corners):
        return None
    motion: F64 = np.array(found, np.float64)
    motion[:, 2] *= (width / size[0], height / size[1])
    edges = np.array([[0, 0], [width, 0], [0, height], [width, height]], np.float64)
    shift = np.abs(edges @ motion[:, :2].T + motion[:, 2] - edges).max()
    if shift > _FARTHEST * width:
        return None
    return STILL if shift < _LEAST * shrink else motion


def _grey(view: F32, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    small = cv2.resize(view, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
