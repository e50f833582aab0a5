"""The head pose from landmarks: a weighted similarity of the mean face onto them.

S. Umeyama: "Least-squares estimation of transformation parameters between two point patterns", PAMI 1991.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.head_geometry import mean_face
from engines.head_pose import HeadPose

F64 = npt.NDArray[np.float64]

_FLIP = np.array([1.0, -1.0, 1.0])


def fit_pose(landmarks: npt.ArrayLike) -> tuple[HeadPose, F64]:
    """Fit the mean head to ``landmarks`` (478, 3): px, x right, y down, z towards the camera, any z origin.

    Returns the pose and the landmarks (478, 3) with the depth of the head origin at 0, as
    :class:`engines.face.Face` wants them.
    """
    image = np.asarray(landmarks, np.float64)
    mean = mean_face()
    weights = (mean[:, 1] > -3.2).astype(np.float64)
    rotation, scale, shift = _similarity(mean, image * _FLIP, weights)
    residual = np.linalg.norm(scale * mean @ rotation.T + shift - image * _FLIP, axis=1) / scale
    weights = weights / (1.0 + (residual / 0.5) ** 2)
    rotation, scale, shift = _similarity(mean, image * _FLIP, weights)
    placed = image.copy()
    placed[:, 2] -= shift[2]
    return HeadPose(rotation, scale, shift[:2] * _FLIP[:2]), placed


def _similarity(source: F64, target: F64, weights: F64) -> tuple[F64, float, F64]:
    """Rotation, scale and shift that carry ``source`` to ``target`` with least weighted squares."""
    share = weights / weights.sum()
    source_mean, target_mean = share @ source, share @ target
    a, b = source - source_mean, target - target_mean
    u, d, vt = np.linalg.svd((b * share[:, None]).T @ a)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = (u * sign) @ vt
    scale = float((d * sign).sum() / (share @ (a * a).sum(axis=1)))
    return rotation, scale, target_mean - scale * rotation @ source_mean
