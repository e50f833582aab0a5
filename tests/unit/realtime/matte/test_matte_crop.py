"""The crop that the matte network sees, both ways."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.affine import apply_affine
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from realtime.matte.matte_crop import SIZE, MatteCrop

WIDTH, HEIGHT = 640, 480


def landmarks(roll: float, scale: float, x: float = 330.0, y: float = 230.0) -> npt.NDArray[np.float64]:
    turn = np.asarray(cv2.Rodrigues(np.radians([0, 0, -roll]))[0], np.float64)
    return HeadPose(turn, scale, np.array([x, y])).project(mean_face())


@pytest.mark.parametrize("roll", [-40.0, 0.0, 25.0, 170.0])
@pytest.mark.parametrize("scale", [2.0, 9.0, 20.0])
def test_the_face_stands_upright_a_third_as_high_at_its_place(roll: float, scale: float) -> None:
    points = landmarks(roll, scale)
    crop = MatteCrop.at(points, roll)
    seen = apply_affine(crop.to_crop, points[:, :2])
    low, high = seen.min(axis=0), seen.max(axis=0)
    assert high[1] - low[1] == pytest.approx(SIZE / 3.0, abs=1e-6)
    assert 0.5 * (low + high) + 0.5 == pytest.approx([0.5 * SIZE, 0.45 * SIZE], abs=1e-6)
    assert seen[10, 1] < seen[152, 1]
    assert seen[152, 0] == pytest.approx(seen[10, 0], abs=1.5)


def test_a_plane_comes_back_to_where_it_was_cut() -> None:
    rgb = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    cv2.circle(rgb, (300, 260), 24, (255, 255, 255), -1)
    crop = MatteCrop.at(landmarks(15.0, 9.0), 15.0)
    plane = crop.cut(rgb)[..., 0].astype(np.float32) / 255.0
    back = crop.back(plane, WIDTH, HEIGHT)
    assert back.shape == (HEIGHT, WIDTH)
    assert np.abs(back - rgb[..., 0] / 255.0).mean() < 0.002


@pytest.mark.parametrize("scale", [3.0, 16.0])
def test_a_large_face_is_averaged_not_sampled(scale: float) -> None:
    rgb = np.random.default_rng(2).integers(0, 2, (HEIGHT, WIDTH, 1), np.uint8) * np.full(3, 255, np.uint8)
    spread = MatteCrop.at(landmarks(0.0, scale), 0.0).cut(rgb).std()
    assert (spread < 75.0) if scale > 10.0 else (spread > 75.0)


def test_outside_the_frame_its_border_is_repeated_and_marked() -> None:
    rgb = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    rgb[:, 0] = 200
    crop = MatteCrop.at(landmarks(0.0, 9.0, x=60.0), 0.0)
    inside = crop.inside(WIDTH, HEIGHT)
    assert (crop.cut(rgb)[~inside][:, 0] >= 90).all()
    edge = apply_affine(crop.to_crop, np.array([[0.0, 240.0]]))[0]
    assert not inside[round(edge[1]), : int(edge[0]) - 1].any()
    assert inside[round(edge[1]), int(edge[0]) + 2 : int(edge[0]) + 60].all()
    assert (crop.cut(rgb)[round(edge[1]), : int(edge[0]) - 3] == 200).all()
