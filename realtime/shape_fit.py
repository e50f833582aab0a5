"""A person's head shape from landmarks, in factors of the mean head."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.head_shape import HeadShape

F64 = npt.NDArray[np.float64]

# FaceMesh landmarks of the face's outline.
_TEMPLES = ((127, 356), (162, 389), (234, 454))
_JAW = ((172, 397), (136, 365), (58, 288))
_FOREHEAD = (10, 338, 109, 67, 297)
_BROWS = (66, 296, 105, 334, 107, 336)
_LIMITS = np.array([[0.90, 1.12], [0.92, 1.10], [0.90, 1.12], [0.85, 1.15], [-1.0, 1.0]])
_FIELDS = ("width", "height", "depth", "jaw", "forehead")
# Only faces turned less than this are measured, degrees.
_FRONTAL_YAW, _FRONTAL_PITCH = 20.0, 20.0


def fit_shape(landmarks: npt.ArrayLike, pose: HeadPose) -> HeadShape:
    """The shape of the head under ``landmarks`` (478, 3) (x px, y px, depth px) seen in ``pose``; clamped."""
    local, mean = pose.unproject(landmarks), mean_face()
    width = _ratio(local, mean, _TEMPLES)
    jaw = _ratio(local, mean, _JAW) / width
    rise = _rise(local)
    height = 1.0 + 0.5 * (rise / _rise(mean) - 1.0)
    # The depth FaceMesh gives follows its own template: a head's depth goes with its width instead.
    values = np.array([width, height, 1.0 + 0.5 * (width - 1.0), jaw, 0.5 * (rise - _rise(mean))])
    return _shape(values)


class ShapeEstimator:
    """The median shape over the frontal frames of a stream, moving slowly."""

    def __init__(self, *, memory: int = 60, step: float = 0.01) -> None:
        self._memory = memory
        self._step = step
        self._samples: list[F64] = []
        self._current: F64 | None = None

    def add(self, landmarks: npt.ArrayLike, pose: HeadPose) -> None:
        """Take a frame into account if its face is about frontal."""
        frontal = abs(pose.yaw) < _FRONTAL_YAW and abs(pose.pitch) < _FRONTAL_PITCH
        if frontal or not self._samples:
            self._samples = [*self._samples[-self._memory + 1 :], _values(fit_shape(landmarks, pose))]

    def shape(self) -> HeadShape:
        """The shape now: at most ``step`` away from the one given before, so that hair does not pop."""
        if not self._samples:
            return HeadShape()
        target = np.median(self._samples, axis=0)
        if self._current is None:
            self._current = target
        else:
            self._current = self._current + np.clip(target - self._current, -self._step, self._step)
        return _shape(self._current)

    def reset(self) -> None:
        """Another person: forget the samples."""
        self._samples = []
        self._current = None


def _ratio(local: F64, mean: F64, pairs: tuple[tuple[int, int], ...]) -> float:
    right, left = np.array(pairs).T
    return float(np.median((local[left, 0] - local[right, 0]) / (mean[left, 0] - mean[right, 0])))


def _rise(points: F64) -> float:
    """The height of the forehead over the brows, cm."""
    return float(np.median(points[list(_FOREHEAD), 1]) - np.median(points[list(_BROWS), 1]))


def _values(shape: HeadShape) -> F64:
    return np.array([getattr(shape, name) for name in _FIELDS])


def _shape(values: F64) -> HeadShape:
    clamped = np.clip(values, _LIMITS[:, 0], _LIMITS[:, 1])
    return HeadShape(**dict(zip(_FIELDS, map(float, clamped), strict=True)))
