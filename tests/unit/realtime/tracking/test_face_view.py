"""The upright view of a face."""

from __future__ import annotations

import numpy as np
import pytest

from engines.head_pose import HeadPose
from realtime.tracking.face_view import PIXELS_PER_CM, SIZE, FaceView
from tests.unit.moving_face import Placed


def test_a_leaning_head_stands_upright_in_its_view() -> None:
    lean = np.radians(-25.0)
    rotation = np.array([[np.cos(lean), -np.sin(lean), 0], [np.sin(lean), np.cos(lean), 0], [0, 0, 1]])
    pose = HeadPose(rotation, 11.0, np.array([300.0, 200.0]))
    view = FaceView.of(pose)
    back = np.linalg.inv(np.vstack([view.to_frame, [0, 0, 1]]))
    low, high = (back @ [*pose.project((0, y, 5))[:2], 1.0] for y in (-6.0, 4.0))
    assert (high - low)[:2] == pytest.approx([0.0, -10.0 * PIXELS_PER_CM], abs=1e-6)
    middle = back @ [*pose.project((0, -1, 5))[:2], 1.0]
    assert middle[:2] == pytest.approx([(SIZE - 1) / 2] * 2)


def test_pixels_and_points_take_the_same_way() -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    frame[236:245, 316:325] = 255
    view = FaceView(np.array([300.0, 250.0]), 10.0, 20.0)
    rows, columns = np.nonzero(view.cut(frame)[..., 0] > 128)
    spot = np.array([[columns.mean(), rows.mean(), 8.0]])
    assert view.to_frame_points(spot)[0] == pytest.approx([320.0, 240.0, 10.0], abs=0.3)


def test_the_view_is_moved_ahead_by_the_motion() -> None:
    last, now = FaceView(np.zeros(2), 10.0, 178.0), FaceView(np.array([4.0, -2.0]), 11.0, -178.0)
    ahead = now.ahead(last, 0.5)
    assert ahead.center == pytest.approx([6.0, -3.0])
    assert ahead.scale == pytest.approx(11.0 * 1.1**0.5)
    assert ahead.angle == pytest.approx(-176.0)


def test_a_face_at_the_edge_has_a_view() -> None:
    frame = Placed(x=280.0).frame()
    assert FaceView(np.array([620.0, 240.0]), 11.0, 0.0).cut(frame).shape == (SIZE, SIZE, 3)
