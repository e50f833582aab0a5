"""A person's head shape, in factors of the mean head: from landmarks, the outline and the own hairline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.strands.body import SKULL
from engines.strands.hairline import hairline_points
from realtime.head.head_outline import (
    HAIRLINE_COLUMNS,
    SIDE_ROWS,
    TEMPLE_ROWS,
    hairline_heights,
    outline_sides,
    outline_top,
    temple_widths,
    upright,
)

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Pairs of FaceMesh landmarks, the person's right and left: the face's outline at temples and jaw.
_TEMPLES = ((127, 356), (162, 389), (234, 454))
_JAW = ((172, 397), (136, 365), (58, 288))
# Low and high ends of each number of a HeadShape. Drawn hair is thin at the temples: never as far back as the
# mean's hairline.
_LIMITS = np.array(
    [[0.92, 1.10], [0.88, 1.08], [0.92, 1.10], [0.88, 1.12], [-1.2, 1.7], [-1.0, -0.4], [0.92, 1.05]]
)
# Hair that lies flat on the crown and beside it, cm: so much of the outline is never skull, except on a bald
# head, whose outline is the skull's.
_FLAT_HAIR, _FLAT_SIDES, _BARE = 0.7, 0.35, 0.05
_CANDIDATES = np.linspace(0.80, 1.20, 41)
# The least that a hairline moves in the picture when it moves by 1 cm, and the share of it that must be seen.
_SLOWEST, _MOST = 0.2, 0.5
# Drawn hair thins out towards its hairline and seems to begin this much higher in front, and farther out at
# the temples, cm.
_THINNING, _THINNING_TEMPLES = 0.7, 0.4
# A mask with less of a head than this, as a share of its pixels, shows none: a bald head has no hair.
_NOTHING = 1e-4


def fit_shape(
    landmarks: npt.ArrayLike,
    pose: HeadPose,
    person: F32 | None = None,
    to_frame: F64 | None = None,
    hair: F32 | None = None,
) -> HeadShape:
    """The shape of the head under ``landmarks`` (478, 3) (x px, y px, depth px) seen in ``pose``; clamped.

    ``person`` and ``hair`` (h, w) float32: probability of the person, share of own hair; ``to_frame``
    (2, 3): affine from their pixels to the frame's. The outline bounds the skull from outside, and is the
    skull's where there is no hair; what it does not tell is taken from the mean, for the landmarks end at
    the forehead. The hairline is where hair begins, where no fringe hides it.
    """
    local, mean = pose.unproject(landmarks), mean_face()
    width = _ratio(local, mean, _TEMPLES)
    # The depth FaceMesh gives is its template's; heads that are wide are rather deep as well.
    shape = HeadShape(width=width, depth=1.0 + 0.5 * (width - 1.0), jaw=_ratio(local, mean, _JAW) / width)
    if person is not None and to_frame is not None:
        bald = hair is not None and float((hair > 0.5).mean()) < _NOTHING
        shape = _within_outline(_clamped(shape), person, to_frame, pose, bald)
        if hair is not None and not bald:
            shape = _with_hairline(shape, hair, to_frame, pose)
    return _clamped(shape)


class ShapeEstimator:
    """The median shape over the frontal keyframes of one person, moving slowly."""

    def __init__(self, *, memory: int = 15, step: float = 0.004, frontal: float = 25.0) -> None:
        self._memory = memory
        self._step = np.array([step, step, step, step, 25.0 * step, 25.0 * step, step])
        self._frontal = frontal
        self._samples: list[F64] = []
        self._current: F64 | None = None
        self._seen = 0

    def observe(self, face: Face, person: F32, to_frame: F64, hair: F32 | None = None) -> HeadShape:
        """The shape after one more keyframe of ``face`` (masks as for :func:`fit_shape`).

        Only faces turned less than ``frontal`` degrees are measured, over the last ``memory`` of them; each
        number moves in small steps, larger ones at first, so that hair does not pop.
        """
        pose = face.pose
        if not self._samples or max(abs(pose.yaw), abs(pose.pitch)) < self._frontal:
            sample = fit_shape(face.landmarks, pose, person, to_frame, hair).vector
            self._samples = [*self._samples[-self._memory + 1 :], sample]
        target = np.median(self._samples, axis=0)
        if self._current is None:
            self._current = target
        self._seen += 1
        step = self._step * max(1.0, 6.0 / self._seen)
        change = target - self._current
        # Standing still as long as it may, so that an engine can keep what it fitted.
        change[np.abs(change) < 2.0 * self._step] = 0.0
        self._current = self._current + np.clip(change, -step, step)
        return HeadShape(*(float(value) for value in self._current))


def _within_outline(shape: HeadShape, person: F32, to_frame: F64, pose: HeadPose, bald: bool) -> HeadShape:
    """``shape`` with a skull no larger than the outline; on a ``bald`` head just as large."""
    top = outline_top(person, to_frame, pose)
    if top is not None:
        height = float(np.interp(top - (_BARE if bald else _FLAT_HAIR), _skull_top(pose), _CANDIDATES))
        shape = replace(shape, height=height if bald else min(1.0, height))
    middle, half = _skull_sides(shape, pose)
    seen = outline_sides(person, to_frame, pose, middle) - (_BARE if bald else _FLAT_SIDES)
    rows = np.isfinite(seen) & (half > 3.0)
    if rows.sum() >= 4:
        crown = float(np.median(seen[rows] / half[rows]))
        shape = replace(shape, crown=crown if bald else min(1.0, crown))
    return shape


def _with_hairline(shape: HeadShape, hair: F32, to_frame: F64, pose: HeadPose) -> HeadShape:
    """``shape`` with its hairline where ``hair`` begins above the forehead and beside it."""
    low, high = (_hairline_in_picture(_clamped(replace(shape, forehead=at)), pose) for at in (0.0, 1.0))
    seen = hairline_heights(hair, to_frame, pose) - _THINNING
    shape = replace(shape, forehead=_moved(low, high, seen))
    if not shape.forehead:
        return shape
    near, far = (_temples_in_picture(_clamped(replace(shape, temples=at)), pose) for at in (0.0, 0.3))
    seen = temple_widths(hair, to_frame, pose) - _THINNING_TEMPLES
    # Hair that falls over one temple leaves the other to be seen.
    temples = max(_moved(near[side], far[side], seen[side]) for side in (0, 1))
    return replace(shape, temples=0.3 * temples)


def _moved(first: F64, second: F64, seen: F64) -> float:
    """How many times farther than from ``first`` to ``second`` the hairline was ``seen`` to lie; 0 where too
    little of it is."""
    told = np.isfinite(seen)
    if told.mean() < _MOST:
        return 0.0
    step = second - first
    return float(np.median((seen - first)[told] / np.where(np.abs(step) < _SLOWEST, _SLOWEST, step)[told]))


def _clamped(shape: HeadShape) -> HeadShape:
    return HeadShape(*(float(value) for value in np.clip(shape.vector, *_LIMITS.T)))


def _ratio(local: F64, mean: F64, pairs: tuple[tuple[int, int], ...]) -> float:
    right, left = np.array(pairs).T
    return float(np.median((local[left, 0] - local[right, 0]) / (mean[left, 0] - mean[right, 0])))


def _in_picture(points: F64, pose: HeadPose) -> tuple[F64, F64]:
    """Head-frame ``points`` (n, 3) in the upright picture of UprightPicture: x and y, cm."""
    up = upright(pose)
    image = (points @ pose.rotation.T)[:, :2] * (1.0, -1.0)
    return image @ np.array([-up[1], up[0]]), image @ up


def _hairline_in_picture(shape: HeadShape, pose: HeadPose) -> F64:
    """(n,) the height of the hairline of ``shape`` at HAIRLINE_COLUMNS, cm in the upright picture."""
    left = hairline_points(shape)[:7]
    x, y = _in_picture(np.vstack([left[::-1] * (-1.0, 1.0, 1.0), left[1:]]), pose)
    order = np.maximum.accumulate(x)
    return np.interp(HAIRLINE_COLUMNS, order, y)


def _temples_in_picture(shape: HeadShape, pose: HeadPose) -> F64:
    """(2, n) how far from the middle the hairline of ``shape`` is at TEMPLE_ROWS, cm, on its
    left and right in the upright picture."""
    left = hairline_points(shape)[2:7]
    widths = []
    for side in (-1.0, 1.0):
        x, y = _in_picture(left * (side, 1.0, 1.0), pose)
        order = np.argsort(y)
        widths.append(np.interp(TEMPLE_ROWS, y[order], side * x[order]))
    return np.array(widths)


def _skull_top(pose: HeadPose) -> F64:
    """How far the skull rises in the picture above the head's origin, cm, for each of _CANDIDATES."""
    direction = pose.rotation[:2].T @ (upright(pose) * (1.0, -1.0))
    stretch = np.stack([np.ones_like(_CANDIDATES), _CANDIDATES, np.ones_like(_CANDIDATES)], axis=1)
    reach = np.linalg.norm(np.array(SKULL.radii) * stretch * direction, axis=1)
    return np.asarray((np.array(SKULL.center) * stretch) @ direction + reach)


def _skull_sides(shape: HeadShape, pose: HeadPose) -> tuple[float, F64]:
    """The middle of the skull of ``shape`` and half its width at SIDE_ROWS, cm in the upright picture."""
    factors = np.array([shape.width, shape.height, shape.depth])
    x, y = _in_picture((np.array(SKULL.center) * factors)[None], pose)
    up = upright(pose) * (1.0, -1.0)
    axes = np.stack([pose.rotation[:2].T @ (up[1], -up[0]), pose.rotation[:2].T @ up])
    # The outline of an ellipsoid is an ellipse with the matrix A R² A', A the directions of the picture.
    spread = (axes * (np.array(SKULL.radii) * factors) ** 2) @ axes.T
    rise = SIDE_ROWS - y[0]
    left = np.maximum(spread[1, 1] - rise**2, 0.0) * np.linalg.det(spread) / spread[1, 1] ** 2
    slant = float(np.median(spread[0, 1] / spread[1, 1] * rise))
    return float(x[0]) + slant, np.sqrt(left)
