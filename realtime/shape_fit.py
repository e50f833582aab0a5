"""A person's head shape, in factors of the mean head: from the landmarks and from the outline."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.strands.body import SKULL

F64 = npt.NDArray[np.float64]

# Pairs of FaceMesh landmarks, the person's right and left: the face's outline at temples and jaw.
_TEMPLES = ((127, 356), (162, 389), (234, 454))
_JAW = ((172, 397), (136, 365), (58, 288))
# Low and high ends of width, height, depth, jaw.
_LIMITS = np.array([[0.92, 1.10], [0.91, 1.05], [0.92, 1.10], [0.88, 1.12]])
# Flat-lying hair on the crown, cm: so much of the outline's height is never skull.
_FLAT_HAIR = 0.7
_COLUMNS = np.linspace(-3.0, 3.0, 7)
_HEIGHTS = np.arange(6.0, 22.0, 0.1)
_CANDIDATES = np.linspace(0.80, 1.20, 41)


def fit_shape(landmarks: npt.ArrayLike, pose: HeadPose, top: float | None = None) -> HeadShape:
    """The shape of the head under ``landmarks`` (478, 3) (x px, y px, depth px) seen in ``pose``; clamped.

    ``top``: how far the outline rises above the head's origin, cm (see :func:`outline_top`). It bounds the
    skull's height from above; without it the mean height is taken, for the landmarks end at the forehead.
    """
    local, mean = pose.unproject(landmarks), mean_face()
    width = _ratio(local, mean, _TEMPLES)
    jaw = _ratio(local, mean, _JAW) / width
    height = 1.0
    if top is not None:
        height = min(1.0, float(np.interp(top - _FLAT_HAIR, _skull_top(pose), _CANDIDATES)))
    # The depth FaceMesh gives is its template's; heads that are wide are rather deep as well.
    values = np.array([width, height, 1.0 + 0.5 * (width - 1.0), jaw])
    return HeadShape(*(float(value) for value in np.clip(values, *_LIMITS.T)))


def outline_top(person: npt.NDArray[np.float32], to_frame: F64, pose: HeadPose) -> float | None:
    """How far the person's outline rises above the head's origin along the head's upright, cm.

    ``person`` (h, w) float32: probability; ``to_frame`` (2, 3): affine from its pixels to the frame's.
    ``None`` where the head is cut off by the frame or not told from the background.
    """
    up = _upright(pose)
    right = np.array([-up[1], up[0]])
    cm = _COLUMNS[:, None, None] * right + _HEIGHTS[:, None] * up
    pixels = (pose.translation + cm * pose.scale).reshape(-1, 2)
    spots = cv2.transform(pixels[None], cv2.invertAffineTransform(to_frame))[0].astype(np.float32)
    shape = (len(_COLUMNS), len(_HEIGHTS))
    x, y = spots[:, 0].reshape(shape), spots[:, 1].reshape(shape)
    height, width = person.shape
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    covered = cv2.remap(person, x, y, cv2.INTER_LINEAR) > 0.5
    length = np.argmin(covered & inside, axis=1)
    if (
        not covered[:, 0].all()
        or not inside[np.arange(len(length)), length].all()
        or covered.all(axis=1).any()
    ):
        return None
    return float(_HEIGHTS[length].max())


class ShapeEstimator:
    """The median shape over the frontal keyframes of one person, moving slowly."""

    def __init__(self, *, memory: int = 15, step: float = 0.004, frontal: float = 25.0) -> None:
        self._memory = memory
        self._step = step
        self._frontal = frontal
        self._samples: list[F64] = []
        self._current: F64 | None = None

    def observe(self, face: Face, person: npt.NDArray[np.float32], to_frame: F64) -> HeadShape:
        """The shape after one more keyframe of ``face`` with its ``person`` mask (see :func:`outline_top`).

        Only faces turned less than ``frontal`` degrees are measured, over the last ``memory`` of them; each
        factor moves at most ``step`` at a time, so that hair does not pop.
        """
        pose = face.pose
        if not self._samples or max(abs(pose.yaw), abs(pose.pitch)) < self._frontal:
            shape = fit_shape(face.landmarks, pose, outline_top(person, to_frame, pose))
            sample = np.array([shape.width, shape.height, shape.depth, shape.jaw])
            self._samples = [*self._samples[-self._memory + 1 :], sample]
        target = np.median(self._samples, axis=0)
        if self._current is None:
            self._current = target
        change = target - self._current
        # Standing still as long as it may, so that an engine can keep what it fitted.
        change[np.abs(change) < 2.0 * self._step] = 0.0
        self._current = self._current + np.clip(change, -self._step, self._step)
        return HeadShape(*(float(value) for value in self._current))


def _ratio(local: F64, mean: F64, pairs: tuple[tuple[int, int], ...]) -> float:
    right, left = np.array(pairs).T
    return float(np.median((local[left, 0] - local[right, 0]) / (mean[left, 0] - mean[right, 0])))


def _upright(pose: HeadPose) -> F64:
    """(2,) unit vector in the image (y down) along which the head stands."""
    up = pose.rotation[:2, 1] * (1.0, -1.0)
    return np.asarray(up / max(float(np.linalg.norm(up)), 1e-6))


def _skull_top(pose: HeadPose) -> F64:
    """How far the skull rises in the picture above the head's origin, cm, for each of _CANDIDATES."""
    direction = pose.rotation[:2].T @ (_upright(pose) * (1.0, -1.0))
    stretch = np.stack([np.ones_like(_CANDIDATES), _CANDIDATES, np.ones_like(_CANDIDATES)], axis=1)
    reach = np.linalg.norm(np.array(SKULL.radii) * stretch * direction, axis=1)
    return np.asarray((np.array(SKULL.center) * stretch) @ direction + reach)
