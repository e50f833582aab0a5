"""The aligned head crop."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engines.face import Face
from engines.head_pose import HeadPose
from realtime.head.head_crop import CROP_CM, crop_head
from tests.unit.moving_face import Placed


def _face(roll: float, yaw: float = 0.0, scale: float = 8.0) -> Face:
    turn = cv2.Rodrigues(np.radians([0, 0, roll]))[0] @ cv2.Rodrigues(np.radians([0, yaw, 0]))[0]
    pose = HeadPose(np.asarray(turn), scale, np.array([330.0, 200.0]))
    return Face(np.zeros((478, 3), np.float32), pose, (640, 480))


@pytest.mark.parametrize("roll", [-35, 0, 20, 170])
@pytest.mark.parametrize("yaw", [-50, 0, 30])
def test_the_crop_is_upright_with_the_face_and_has_room_for_long_hair(roll: float, yaw: float) -> None:
    face = _face(roll, yaw)
    crop = crop_head(Placed().frame(), face, 256)
    points = face.pose.project([[0, 0, 0], [0, 10, 0], [0, -20, 0]])[:, :2]
    inside = points @ crop.to_crop[:, :2].T + crop.to_crop[:, 2]
    assert inside[:, 0] == pytest.approx([127.5] * 3, abs=1e-6)
    assert inside[1, 1] < inside[0, 1] < inside[2, 1] < 256
    assert inside[0, 1] - inside[1, 1] == pytest.approx(10 * 256 / CROP_CM, abs=1e-6)


def test_the_two_affines_are_inverse_similarities() -> None:
    crop = crop_head(Placed().frame(), _face(25, 10), 256)
    whole = [np.vstack([affine, [0, 0, 1]]) for affine in (crop.to_crop, crop.to_frame)]
    np.testing.assert_allclose(whole[0] @ whole[1], np.eye(3), atol=1e-9)
    linear = crop.to_frame[:, :2]
    np.testing.assert_allclose(linear.T @ linear, np.eye(2) * (8.0 * CROP_CM / 256) ** 2, atol=1e-9)
    assert np.linalg.det(linear) > 0


def test_pixels_come_from_where_the_affine_says() -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    cv2.circle(frame, (300, 260), 6, (255, 255, 255), -1)
    crop = crop_head(frame, _face(15), 256)
    rows, columns = np.nonzero(crop.rgb[..., 0] > 128)
    back = crop.to_frame @ [columns.mean(), rows.mean(), 1.0]
    assert back == pytest.approx([300.0, 260.0], abs=0.7)
    assert crop.rgb.shape == (256, 256, 3)
    assert crop.rgb.dtype == np.uint8
