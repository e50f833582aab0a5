"""What is painted on a head turns with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from engines.affine import apply_affine
from engines.face import Face
from engines.head_pose import HeadPose
from engines.strands.body import SKULL
from realtime.head.head_turn import turn_shift
from tests.unit.synthetic_head import face_at

F64 = npt.NDArray[np.float64]
FACE = face_at(240.0, 200.0, 8.0, (480, 480))


def turned(yaw: float, pitch: float, roll: float) -> Face:
    a, b, c = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    about_z = np.array([[np.cos(c), np.sin(c), 0], [-np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return replace(FACE, pose=HeadPose(about_z @ about_y @ about_x, 8.8, np.array([260.0, 190.0])))


def places(count: int = 300) -> F64:
    """On the head, in front of it."""
    spots = np.random.default_rng(3).normal(size=(count, 3)) * (0.5, 0.5, 0.2) + (0.0, 0.0, 1.0)
    spots /= np.linalg.norm(spots, axis=1, keepdims=True)
    return np.asarray((0.0, 1.0, SKULL.center[2]) + spots * (SKULL.radii[0], 12.0, SKULL.radii[2]))


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(15.0, 0.0, 0.0), (0.0, -12.0, 0.0), (-10.0, 8.0, 20.0)])
def test_every_place_of_the_head_is_found_where_it_was(yaw: float, pitch: float, roll: float) -> None:
    now = turned(yaw, pitch, roll)
    was = apply_affine(FACE.pose.motion_to(now.pose), FACE.pose.project(places())[:, :2])
    here = now.pose.project(places())[:, :2]
    assert np.abs(was - here).max() > 8.0
    np.testing.assert_allclose(here + turn_shift(here, now, FACE), was, atol=0.05)


def test_what_only_moves_grows_or_leans_is_not_shifted() -> None:
    here = np.stack(np.meshgrid(np.arange(0.0, 480.0, 20.0), np.arange(0.0, 480.0, 20.0)), axis=-1)
    np.testing.assert_allclose(turn_shift(here, turned(0.0, 0.0, 25.0), FACE), 0.0, atol=1e-6)


def test_far_from_the_head_nothing_turns() -> None:
    far = np.array([[20.0, 460.0], [470.0, 470.0]])
    assert np.abs(turn_shift(far, turned(15.0, 0.0, 0.0), FACE)).max() < 0.5
