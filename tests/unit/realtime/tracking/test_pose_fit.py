"""Fitting the mean head to landmarks."""

from __future__ import annotations

import time

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.head_geometry import face_triangles, mean_face
from engines.head_pose import HeadPose
from realtime.tracking.pose_fit import fit_pose

F64 = npt.NDArray[np.float64]


def _pose(yaw: float, pitch: float, roll: float, scale: float = 9.0) -> HeadPose:
    about = [
        np.asarray(cv2.Rodrigues(np.radians(axis))[0]) for axis in ([pitch, 0, 0], [0, yaw, 0], [0, 0, roll])
    ]
    return HeadPose(about[2] @ about[1] @ about[0], scale, np.array([310.0, 222.0]))


def _error(pose: HeadPose, truth: HeadPose) -> float:
    """The largest error of a point of the head's outline, px."""
    rim = np.array([[0, 13, -2], [7.7, 3, -2], [-7.7, 3, -2], [0, 8.3, 6.5], [7, 0, 0], [-7, 0, 0]])
    return float(np.linalg.norm((pose.project(rim) - truth.project(rim))[:, :2], axis=1).max())


@pytest.mark.parametrize("yaw", [-60, -25, 0, 40, 60])
@pytest.mark.parametrize("pitch", [-25, 0, 25])
@pytest.mark.parametrize("roll", [-30, 0, 30])
def test_an_exact_head_is_found_exactly(yaw: float, pitch: float, roll: float) -> None:
    truth = _pose(yaw, pitch, roll)
    pose, landmarks = fit_pose(truth.project(mean_face()) + np.array([0.0, 0.0, 77.0]))
    assert pose.angle_to(truth) < 0.05
    assert pose.scale == pytest.approx(9.0, rel=1e-3)
    np.testing.assert_allclose(pose.translation, truth.translation, atol=0.05)
    np.testing.assert_allclose(landmarks, truth.project(mean_face()), atol=0.2)


def test_depth_guessed_too_flat_hardly_turns_the_head_back() -> None:
    truth = _pose(55, 5, 0)
    flat = truth.project(mean_face()) * (1.0, 1.0, 0.85)
    pose, _ = fit_pose(flat)
    assert abs(pose.yaw - truth.yaw) < 1.5
    assert _error(pose, truth) < 0.35 * 9.0


def test_an_open_mouth_does_not_move_the_head() -> None:
    truth = _pose(10, 0, 0)
    shape = mean_face().copy()
    shape[shape[:, 1] < -4.2, 1] -= 2.5
    pose, _ = fit_pose(truth.project(shape))
    assert _error(pose, truth) < 0.5


def test_a_raised_brow_and_a_covered_temple_move_it_little() -> None:
    truth = _pose(0, 0, 0)
    shape = mean_face().copy()
    shape[(shape[:, 1] > 2.5) & (shape[:, 1] < 4.5) & (shape[:, 2] > 5), 1] += 0.5
    shape[(shape[:, 0] > 6.3)] += (1.5, 1.0, 0.0)
    pose, _ = fit_pose(truth.project(shape))
    assert _error(pose, truth) < 2.5


def test_eyes_that_close_under_raised_brows_do_not_move_the_head() -> None:
    truth = _pose(0, 0, 0)
    shape = mean_face().copy()
    x = np.abs(shape[:, 0])
    shape[(np.hypot((x - 3.15) / 1.8, (shape[:, 1] - 2.4) / 0.6) < 1.0), 1] -= 0.7
    shape[(x > 1.2) & (x < 5.8) & (shape[:, 1] > 3.7) & (shape[:, 1] < 4.8), 1] += 0.8
    pose, _ = fit_pose(truth.project(shape))
    assert _error(pose, truth) < 0.6


def test_noise_is_averaged_over_the_face() -> None:
    truth = _pose(-20, 5, 3)
    random = np.random.default_rng(0)
    errors = [
        _error(fit_pose(truth.project(mean_face()) + random.normal(0, 0.7, (478, 3)))[0], truth)
        for _ in range(20)
    ]
    assert np.mean(errors) < 0.5


def test_the_fit_is_quick() -> None:
    landmarks = _pose(20, 0, 0).project(mean_face())
    spent = []
    for _ in range(50):
        begin = time.perf_counter()
        fit_pose(landmarks)
        spent.append(time.perf_counter() - begin)
    assert min(spent) < 1e-3


def test_the_mean_face_is_symmetric_and_in_the_head_frame() -> None:
    mean = mean_face()
    assert mean.shape == (478, 3)
    assert mean[234] == pytest.approx(mean[454] * (-1, 1, 1), abs=0.02)
    assert np.linalg.norm(mean[468] - mean[473]) == pytest.approx(6.3, abs=0.35)
    assert face_triangles().max() < 478
    for table in (mean, face_triangles()):
        with pytest.raises(ValueError, match="read-only"):
            table[0, 0] = 1
