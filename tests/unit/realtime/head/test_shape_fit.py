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
from engines.strands.hairline import fitted_hairline, hairline_points, height_over_hairline
from realtime.head.head_outline import outline_top
from realtime.head.shape_fit import ShapeEstimator, fit_shape

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
    shape = fit_shape(_face(HeadShape(), pose).landmarks, pose, _person(pose, height), FULL)
    assert shape.height == pytest.approx(height, abs=0.015)


def test_big_hair_says_nothing_about_the_skull() -> None:
    pose = _pose()
    shape = fit_shape(_face(HeadShape(), pose).landmarks, pose, _person(pose, 1.0, hair=5.0), FULL)
    assert shape.height == shape.crown == 1.0


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
    shape = fit_shape(wild, pose, _person(pose, 0.6), FULL)
    assert 0.9 <= shape.width <= 1.1
    assert 0.85 <= shape.jaw <= 1.15
    assert 0.85 <= shape.height <= 1.0


def test_the_shape_moves_slowly_and_ignores_outliers() -> None:
    estimator = ShapeEstimator()
    nobody = np.zeros((480, 640), np.float32)
    first = estimator.observe(_face(HeadShape(width=1.0), _pose()), nobody, FULL)
    shapes = [first]
    for index in range(40):
        width = 1.09 if index == 3 else 1.04
        shapes.append(estimator.observe(_face(HeadShape(width=width), _pose()), nobody, FULL))
    steps = np.abs(np.diff([shape.width for shape in shapes]))
    assert steps.max() <= 0.0121
    assert steps[6:].max() <= 0.0041
    assert shapes[-1].width == pytest.approx(1.04, abs=0.01)


def test_a_turned_head_is_not_measured_when_a_frontal_one_was() -> None:
    estimator = ShapeEstimator()
    nobody = np.zeros((480, 640), np.float32)
    estimator.observe(_face(HeadShape(width=1.03), _pose()), nobody, FULL)
    for _ in range(10):
        shape = estimator.observe(_face(HeadShape(width=0.9), _pose(yaw=50)), nobody, FULL)
    assert shape.width == pytest.approx(1.03, abs=0.005)


def _skull_mask(pose: HeadPose, shape: HeadShape) -> F32:
    """The silhouette of a bald head of ``shape`` with a body."""
    sphere = np.random.default_rng(0).normal(size=(4000, 3))
    sphere /= np.linalg.norm(sphere, axis=1, keepdims=True)
    factors = np.array(shape.skull)
    outline = pose.project(sphere * np.array(SKULL.radii) * factors + np.array(SKULL.center) * factors)
    mask = np.zeros((480, 640), np.float32)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.rint(outline[:, :2]).astype(np.int32)), (1.0,))
    mask[300:, 200:440] = 1.0
    return mask


@pytest.mark.parametrize(("height", "crown"), [(0.93, 1.0), (1.06, 1.0), (1.0, 0.94), (1.04, 1.04)])
def test_a_bald_outline_is_the_skulls(height: float, crown: float) -> None:
    pose, truth = _pose(), HeadShape(height=height, crown=crown)
    mask = _skull_mask(pose, truth)
    shape = fit_shape(_face(HeadShape(), pose).landmarks, pose, mask, FULL, np.zeros_like(mask))
    assert shape.height == pytest.approx(height, abs=0.015)
    assert shape.crown == pytest.approx(crown, abs=0.02)


def _hair_mask(pose: HeadPose, shape: HeadShape) -> F32:
    """Hair above the hairline of ``shape``, seen from ``pose``, thin for its first 0.7 cm."""
    left = hairline_points(shape)[:8]
    line = pose.project(np.vstack([left[::-1] * (-1.0, 1.0, 1.0), left]))[:, :2] - (0.0, 0.7 * pose.scale)
    roof = np.array([[line[-1, 0], 20.0], [line[0, 0], 20.0]])
    mask = np.zeros((480, 640), np.float32)
    cv2.fillPoly(mask, [np.rint(np.vstack([line, roof])).astype(np.int32)], (1.0,))
    return mask


@pytest.mark.parametrize(("yaw", "pitch"), [(0, 0), (15, 8), (-12, -8)])
@pytest.mark.parametrize("forehead", [-0.4, 0.0, 0.8, 1.6])
def test_the_own_hairline_is_found(forehead: float, yaw: float, pitch: float) -> None:
    pose = _pose(yaw, pitch)
    hair = _hair_mask(pose, HeadShape(forehead=forehead))
    shape = fit_shape(_face(HeadShape(), pose).landmarks, pose, _person(pose, 1.0), FULL, hair)
    assert shape.forehead == pytest.approx(forehead, abs=0.3)


def test_a_fringe_hides_the_hairline() -> None:
    pose = _pose()
    hair = _hair_mask(pose, HeadShape())
    brows = round(260.0 - 5.0 * pose.scale)
    hair[60:brows, 250:390] = 1.0
    shape = fit_shape(_face(HeadShape(), pose).landmarks, pose, _person(pose, 1.0), FULL, hair)
    assert shape.forehead == 0.0
    assert shape.temples == fit_shape(_face(HeadShape(), pose).landmarks, pose).temples


def test_an_open_mouth_and_raised_brows_change_no_shape() -> None:
    mean, pose = mean_face().copy(), _pose()
    still = fit_shape(pose.project(mean), pose).vector
    mean[mean[:, 1] < -4.2, 1] -= 2.5
    mean[(mean[:, 1] > 2.5) & (mean[:, 1] < 4.5) & (mean[:, 2] > 5), 1] += 0.5
    np.testing.assert_allclose(fit_shape(pose.project(mean), pose).vector, still, atol=0.01)


def test_a_raised_hairline_stays_on_the_skull_and_leaves_brows_and_nape_alone() -> None:
    shape = HeadShape(forehead=1.5, temples=0.5)
    sphere = np.random.default_rng(1).normal(size=(3000, 3))
    skull = sphere / np.linalg.norm(sphere, axis=1, keepdims=True) * SKULL.radii + np.array(SKULL.center)
    moved = shape.apply(skull)
    radius = np.linalg.norm((moved - SKULL.center) / SKULL.radii, axis=1)
    assert np.abs(radius - 1.0).max() < 0.03
    away = np.linalg.norm(moved - skull, axis=1)
    assert away[(skull[:, 1] < 3.5) | (skull[:, 2] < -8.0)].max() < 0.1
    front = (np.abs(skull[:, 0]) < 2.0) & (skull[:, 1] > 8.0) & (skull[:, 1] < 9.0) & (skull[:, 2] > 3.0)
    assert away[front].mean() == pytest.approx(1.5, abs=0.15)


def test_the_hairline_moves_with_the_head_and_roots_stay_above_it() -> None:
    shape = HeadShape(width=1.05, height=0.95, forehead=1.2, crown=0.96)
    line = fitted_hairline(shape)
    assert (np.diff(line[:, 0]) >= 0.0).all()
    assert line[0, 1] > fitted_hairline(HeadShape())[0, 1] * 0.95 + 0.7
    np.testing.assert_allclose(height_over_hairline(hairline_points(shape), shape)[:-1], 0.0, atol=0.05)
