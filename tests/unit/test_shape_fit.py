"""A person's head shape."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.face import Face
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.strands.body import SKULL
from realtime.shape_fit import ShapeEstimator, fit_shape, outline_top

F32 = npt.NDArray[np.float32]

FULL = np.eye(2, 3)


def _pose(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> HeadPose:
    turns = [np.asarray(cv2.Rodrigues(np.radians(v))[0]) for v in ([pitch, 0, 0], [0, yaw, 0], [0, 0, roll])]
    return HeadPose(turns[2] @ turns[1] @ turns[0], 10.0, np.array([320.0, 260.0]))


def _face(shape: HeadShape, pose: HeadPose) -> Face:
    return Face(pose.project(shape.apply(mean_face())).astype(np.float32), pose, (640, 480))


def _person(pose: HeadPose, height: float, hair: float = 0.7) -> F32:
    """A bald silhouette of a skull ``height`` times the mean's, with flat ``hair`` all around and a body."""
    sphere = np.random.default_rng(0).normal(size=(4000, 3))
    sphere /= np.linalg.norm(sphere, axis=1, keepdims=True)
    radii = np.array(SKULL.radii) * (1, height, 1) + hair
    outline = pose.project(sphere * radii + np.array(SKULL.center) * (1, height, 1))[:, :2]
    mask = np.zeros((480, 640), np.float32)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.rint(outline).astype(np.int32)), (1.0,))
    mask[300:, 200:440] = 1.0
    return mask


@pytest.mark.parametrize("yaw", [-15, 0, 15])
def test_a_wide_head_with_a_narrow_jaw_is_measured(yaw: float) -> None:
    pose = _pose(yaw)
    shape = fit_shape(_face(HeadShape(width=1.05, jaw=0.94), pose).landmarks, pose)
    assert shape.width == pytest.approx(1.05, abs=0.01)
    assert shape.jaw == pytest.approx(0.94, abs=0.03)
    assert shape.depth == pytest.approx(1.025, abs=0.01)


def test_the_mean_head_is_the_mean_head() -> None:
    pose = _pose()
    shape = fit_shape(_face(HeadShape(), pose).landmarks, pose)
    assert (shape.width, shape.height, shape.depth, shape.jaw) == pytest.approx((1, 1, 1, 1), abs=1e-3)


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(0, 0, 0), (20, 10, 0), (0, -15, 25), (-20, 0, -40)])
@pytest.mark.parametrize("height", [0.93, 0.97])
def test_a_low_crown_is_seen_in_the_outline(yaw: float, pitch: float, roll: float, height: float) -> None:
    pose = _pose(yaw, pitch, roll)
    top = outline_top(_person(pose, height), FULL, pose)
    assert fit_shape(_face(HeadShape(), pose).landmarks, pose, top).height == pytest.approx(height, abs=0.015)


def test_big_hair_says_nothing_about_the_skull() -> None:
    pose = _pose()
    top = outline_top(_person(pose, 1.0, hair=5.0), FULL, pose)
    assert fit_shape(_face(HeadShape(), pose).landmarks, pose, top).height == 1.0


def test_the_outline_is_measured_at_the_masks_own_resolution() -> None:
    pose = _pose(10, 5, 10)
    full = _person(pose, 0.95)
    half = cv2.resize(full, (320, 240), interpolation=cv2.INTER_AREA)
    to_frame = np.array([[2.0, 0.0, 0.5], [0.0, 2.0, 0.5]])
    one, other = outline_top(full, FULL, pose), outline_top(half.astype(np.float32), to_frame, pose)
    assert one is not None
    assert other == pytest.approx(one, abs=0.2)


def test_a_head_cut_off_by_the_frame_has_no_top() -> None:
    pose = replace(_pose(), translation=np.array([320.0, 90.0]))
    assert outline_top(np.ones((480, 640), np.float32), FULL, pose) is None
    assert outline_top(_person(pose, 1.0), FULL, pose) is None


def test_without_a_person_mask_there_is_no_top() -> None:
    assert outline_top(np.zeros((480, 640), np.float32), FULL, _pose()) is None


def test_wild_landmarks_stay_within_sane_factors() -> None:
    pose = _pose()
    wild = _face(HeadShape(width=1.6, jaw=0.4), pose).landmarks
    shape = fit_shape(wild, pose, 7.0)
    assert 0.9 <= shape.width <= 1.1
    assert 0.85 <= shape.jaw <= 1.15
    assert 0.9 <= shape.height <= 1.0


def test_the_shape_moves_slowly_and_ignores_outliers() -> None:
    estimator = ShapeEstimator()
    nobody = np.zeros((480, 640), np.float32)
    first = estimator.observe(_face(HeadShape(width=1.0), _pose()), nobody, FULL)
    shapes = [first]
    for index in range(40):
        width = 1.09 if index == 3 else 1.04
        shapes.append(estimator.observe(_face(HeadShape(width=width), _pose()), nobody, FULL))
    steps = np.abs(np.diff([shape.width for shape in shapes]))
    assert steps.max() <= 0.0041
    assert shapes[-1].width == pytest.approx(1.04, abs=0.01)


def test_a_turned_head_is_not_measured_when_a_frontal_one_was() -> None:
    estimator = ShapeEstimator()
    nobody = np.zeros((480, 640), np.float32)
    estimator.observe(_face(HeadShape(width=1.03), _pose()), nobody, FULL)
    for _ in range(10):
        shape = estimator.observe(_face(HeadShape(width=0.9), _pose(yaw=50)), nobody, FULL)
    assert shape.width == pytest.approx(1.03, abs=0.005)
