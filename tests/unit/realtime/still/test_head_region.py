"""Heads of any angle and size, upright and back."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.face import Face
from engines.head_pose import HeadPose
from realtime.rect import Rect
from realtime.still.head_region import HeadRegion

U8 = npt.NDArray[np.uint8]
SIZE = (640, 480)


def head(roll: float, scale: float, place: tuple[float, float] = (300.0, 220.0)) -> Face:
    """A face whose head leans by ``roll`` degrees towards image right."""
    cosine, sine = np.cos(np.radians(roll)), np.sin(np.radians(roll))
    rotation = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    pose = HeadPose(rotation, scale, np.array(place))
    assert pose.roll == pytest.approx(roll)
    return Face(np.zeros((478, 3), np.float32), pose, SIZE)


def picture() -> U8:
    return np.random.default_rng(5).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)


def smooth_picture() -> U8:
    coarse = np.random.default_rng(5).integers(0, 256, (9, 12, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)


def crown(face: Face, region: HeadRegion) -> npt.NDArray[np.float64]:
    """Where in the working picture the head's up axis points to, from the head's origin."""
    linear = region.to_picture[:, :2]
    top = face.pose.project([0.0, 10.0, 0.0])[:2] - face.pose.translation
    return np.asarray(np.linalg.solve(linear, top))


@pytest.mark.parametrize("roll", [0.0, 90.0, 180.0, -90.0, 20.0, 107.0, -162.0])
def test_a_head_up_to_30_degrees_off_a_quarter_turn_is_cut_out_pixel_for_pixel(roll: float) -> None:
    rgb, face = picture(), head(roll, 9.0)
    region = HeadRegion.around(face)
    work = region.cut(rgb)
    assert region.exact
    assert work.shape == (region.size[1], region.size[0], 3)
    up = crown(face, region)
    assert up[1] < -0.8 * np.linalg.norm(up)
    # What was not touched comes back bit by bit, what was touched where it was.
    edited = work.copy()
    edited[40:60, 30:70] = 255 - edited[40:60, 30:70]
    back, bounds = region.put_back(rgb, work, edited, Rect(30, 40, 70, 60))
    changed = (back != rgb).any(axis=2)
    inside = np.zeros_like(changed)
    inside[bounds.top : bounds.bottom, bounds.left : bounds.right] = True
    assert not changed[~inside].any()
    assert changed.sum() >= 0.99 * 20 * 40
    assert np.array_equal(region.cut(back), edited)


@pytest.mark.parametrize(
    ("roll", "scale"), [(45.0, 9.0), (-50.0, 12.0), (135.0, 9.0), (5.0, 3.0), (170.0, 4.0)]
)
def test_other_heads_are_turned_upright_and_only_what_changed_is_put_back(roll: float, scale: float) -> None:
    rgb, face = smooth_picture(), head(roll, scale)
    region = HeadRegion.around(face)
    work = region.cut(rgb)
    assert not region.exact
    up = crown(face, region)
    assert up[1] < -0.8 * np.linalg.norm(up)
    rect = Rect(region.size[0] // 3, region.size[1] // 4, region.size[0] // 2, region.size[1] // 2)
    edited = work.copy()
    edited[rect.top : rect.bottom, rect.left : rect.right] = (10, 200, 30)
    back, bounds = region.put_back(rgb, work, edited, rect)
    changed = (back != rgb).any(axis=2)
    inside = np.zeros_like(changed)
    inside[bounds.top : bounds.bottom, bounds.left : bounds.right] = True
    assert not changed[~inside].any()
    painted = (rect.right - rect.left) * (rect.bottom - rect.top) * region.zoom**2
    assert (np.abs(back - np.array([10.0, 200.0, 30.0])) < 3).all(axis=2).sum() == pytest.approx(
        painted, rel=0.2
    )
    untouched, _ = region.put_back(rgb, work, work, Rect(0, 0, *region.size))
    assert np.array_equal(untouched, rgb)


def test_a_small_head_gets_pixels_to_be_drawn_in() -> None:
    face = head(0.0, 2.0)
    region = HeadRegion.around(face)
    assert face.pose.scale / region.zoom == pytest.approx(8.0)


def test_the_memory_for_a_huge_photo_is_bounded() -> None:
    face = head(3.0, 120.0, (4500.0, 2500.0))
    region = HeadRegion.around(replace(face, size=(9000, 6000)))
    assert region.size[0] * region.size[1] < 20_200_000
    assert region.zoom > 1.4


@pytest.mark.parametrize("place", [(5.0, 8.0), (639.0, 479.0), (-20.0, 200.0)])
def test_a_head_at_the_edge_of_the_picture_stays_within_it(place: tuple[float, float]) -> None:
    rgb, face = picture(), head(90.0, 9.0, place)
    region = HeadRegion.around(face)
    work = region.cut(rgb)
    assert work.shape == (region.size[1], region.size[0], 3)
    back, _ = region.put_back(rgb, work, np.invert(work), Rect(0, 0, *region.size))
    assert (back != rgb).any()
