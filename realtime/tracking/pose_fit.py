"""The head pose from landmarks: the mean head laid onto the picture, weak perspective.

Started by the closed form of S. Umeyama, "Least-squares estimation of transformation parameters between two
point patterns", PAMI 1991; then Gauss-Newton on a robust, anisotropic error: FaceMesh sees x and y in the
picture but guesses z, and guesses it too flat when the head is turned. With all axes alike a head
turned by 55 degrees fits as 50, 0.76 cm beside its outline; with z counted less as 55 and 0.58 cm.
"""

from __future__ import annotations

from functools import cache

import cv2
import numba
import numpy as np
import numpy.typing as npt

from engines.head_geometry import mean_face
from engines.head_pose import HeadPose

F64 = npt.NDArray[np.float64]

_FLIP = np.array([1.0, -1.0, 1.0])
# Points higher than this (head frame, cm) keep still when the mouth moves; eyelids and brows never do: centre
# and radii in cm (x, y) of what is left out on each side.
_MOUTH = -3.2
_MOVING = ((3.15, 2.1, 1.9, 0.8), (3.6, 4.2, 2.6, 0.75))
# How much an error in z counts against one in the picture.
_DEPTH_WEIGHT = 0.15
# Errors in the picture well above this are outliers, cm.
_OUTLIER = 0.5
_STEPS = 2


def fit_pose(landmarks: npt.ArrayLike) -> tuple[HeadPose, F64]:
    """Fit the mean head to ``landmarks`` (478, 3): px, x right, y down, z towards the camera, any z origin.

    Returns the pose and the landmarks (478, 3) with the depth of the head origin at 0, as
    :class:`engines.face.Face` wants them.
    """
    image = np.array(landmarks, np.float64)
    rigid, points = _rigid()
    target = image[rigid] * _FLIP
    rotation, scale, shift = _similarity(points, target)
    for _ in range(_STEPS):
        rotation, scale, shift = _refine(points, target, rotation, scale, shift)
    image[:, 2] -= shift[2]
    return HeadPose(rotation, scale, shift[:2] * _FLIP[:2]), image


@cache
def _rigid() -> tuple[npt.NDArray[np.intp], F64]:
    """Indices and head-frame positions of the landmarks that no expression moves; irises left out."""
    mean = mean_face()
    still = (mean[:, 1] > _MOUTH) & (np.arange(len(mean)) < 468)
    for x, y, width, height in _MOVING:
        still &= ((np.abs(mean[:, 0]) - x) / width) ** 2 + ((mean[:, 1] - y) / height) ** 2 > 1.0
    index = np.flatnonzero(still)
    return index, mean[index]


def _similarity(source: F64, target: F64) -> tuple[F64, float, F64]:
    """Rotation, scale and shift that carry ``source`` to ``target`` with least squares."""
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - source_mean, target - target_mean
    u, d, vt = np.linalg.svd(b.T @ a)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = (u * sign) @ vt
    scale = float((d * sign).sum() / (a * a).sum())
    return rotation, scale, target_mean - scale * rotation @ source_mean


def _refine(source: F64, target: F64, rotation: F64, scale: float, shift: F64) -> tuple[F64, float, F64]:
    """One Gauss-Newton step with Cauchy weights on the error in the picture."""
    turned = scale * source @ rotation.T
    error = target - shift - turned
    normal, right = _equations(turned, error, (scale * _OUTLIER) ** 2)
    step = np.linalg.solve(normal, right)
    turn = np.asarray(cv2.Rodrigues(step[:3])[0], np.float64)
    return turn @ rotation, scale * float(np.exp(step[3])), shift + step[4:]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _equations(turned: F64, error: F64, outlier: float) -> tuple[F64, F64]:
    """Normal equations (7, 7) and their right side (7,) of all points, weighted by their error in the
    picture: rotation about x, y, z; log scale; shift. ``outlier``: square of an error, px, of half weight."""
    normal, right = np.zeros((7, 7)), np.zeros(7)
    row = np.zeros(7)
    for i in range(turned.shape[0]):
        x, y, z = turned[i]
        weight = 1.0 / (1.0 + (error[i, 0] ** 2 + error[i, 1] ** 2) / outlier)
        for axis in range(3):
            row[:] = 0.0
            if axis == 0:
                row[1], row[2], row[3] = z, -y, x
            elif axis == 1:
                row[0], row[2], row[3] = -z, x, y
            else:
                row[0], row[1], row[3] = y, -x, z
                weight *= _DEPTH_WEIGHT
            row[4 + axis] = 1.0
            for j in range(7):
                right[j] += weight * row[j] * error[i, axis]
                for k in range(7):
                    normal[j, k] += weight * row[j] * row[k]
    return normal, right
