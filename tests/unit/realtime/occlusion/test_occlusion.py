"""A hand stays in front of the hair, and nothing else is taken for one."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.occlusion.occluder import Occluder
from realtime.occlusion.occlusion import OcclusionTracker
from realtime.occlusion.skin_colors import NO_SKIN, look_up, skin_colors
from tests.unit.synthetic_head import HAIR, SHIRT, SKIN, background, draw_person, face_at

U8 = npt.NDArray[np.uint8]
SIZE = (560, 480)
RATE = 30.0


def room(x: float = 280.0, y: float = 200.0, time: float = 0.0) -> tuple[U8, Face]:
    frame, face = background(*SIZE), face_at(x, y, 9.0, SIZE, time)
    draw_person(frame, face)
    grain = np.random.default_rng(round(time * 100)).normal(0.0, 2.0, frame.shape)
    return np.clip(frame + grain, 0, 255).astype(np.uint8), face


def table() -> U8:
    frame, face = background(*SIZE), face_at(280.0, 200.0, 9.0, SIZE)
    person = draw_person(frame, face)
    hair = (frame == HAIR).all(-1).astype(np.float32)
    return skin_colors(frame, person, hair, face)


COLORS = table()


def with_hand(rgb: U8, x: float, y: float, color: tuple[int, int, int] = SKIN) -> U8:
    """A hand of 7 x 9 cm at (x, y) px, its sleeve below."""
    out = rgb.copy()
    cv2.line(out, (round(x), round(y + 60)), (round(x), round(y + 150)), (150, 40, 120), 50)
    cv2.ellipse(out, (round(x), round(y)), (32, 42), 0, 0, 360, color, -1)
    return out


def alpha_of(occluder: Occluder | None) -> U8:
    alpha = np.zeros(SIZE[::-1], np.uint8)
    if occluder is not None:
        left, top, right, bottom = occluder.area
        alpha[top:bottom, left:right] = occluder.alpha
    return alpha


def watch(tracker: OcclusionTracker, frames: int, hand: tuple[float, float] | None = None, at: int = 0) -> U8:
    """``frames`` frames, with ``hand`` moving slightly; returns the last one's mask."""
    alpha = np.zeros(0, np.uint8)
    for index in range(at, at + frames):
        rgb, face = room(time=index / RATE)
        if hand is not None:
            rgb = with_hand(rgb, hand[0] + 0.5 * index, hand[1])
        alpha = alpha_of(tracker.at(rgb, face, COLORS, 1))
    return alpha


def test_colours_of_the_face_are_skin_and_those_of_hair_cloth_and_room_are_not() -> None:
    frame, _ = room()
    likeness = look_up(COLORS, frame)
    skin = (np.abs(frame.astype(int) - SKIN) < 12).all(-1)
    assert np.median(likeness[skin]) > 150
    assert np.percentile(likeness[~skin], 99) < 40
    assert look_up(COLORS, np.array([[SHIRT, HAIR]], np.uint8)).max() < 40
    darker = (np.array(SKIN) * 0.8).astype(np.uint8)
    assert look_up(COLORS, darker[None, None])[0, 0] > 110


def test_nothing_is_in_front_of_a_person_who_moves_about() -> None:
    tracker = OcclusionTracker()
    for index in range(60):
        rgb, face = room(280.0 + 40.0 * np.sin(index / 6.0), 200.0 + 10.0 * np.cos(index / 4.0), index / RATE)
        assert tracker.at(rgb, face, COLORS, 1) is None


def test_a_hand_before_the_hair_is_in_front_within_three_frames_and_leaves_at_once() -> None:
    tracker = OcclusionTracker()
    watch(tracker, 20)
    alpha = watch(tracker, 3, (370.0, 130.0), at=20)
    hand = cv2.ellipse(np.zeros_like(alpha), (381, 130), (32, 42), 0, 0, 360, (255,), -1)
    assert alpha[hand > 0].mean() > 235
    assert alpha[200:340, 250:300].max() < 20
    assert watch(tracker, 1, at=23).max() == 0


def test_a_sleeve_is_in_front_like_its_hand() -> None:
    tracker = OcclusionTracker()
    watch(tracker, 20)
    alpha = watch(tracker, 4, (400.0, 150.0), at=20)
    assert alpha[230:280, 400:420].mean() > 220


def test_a_hand_that_stays_stays_in_front() -> None:
    tracker = OcclusionTracker()
    watch(tracker, 20)
    shares = [
        watch(tracker, 10, (360.0 - 5.0 * k, 130.0), at=20 + 10 * k)[110:150, 365:380] for k in range(9)
    ]
    assert min(float(share.mean()) for share in shares) > 220


def test_what_was_there_with_a_new_face_belongs_there() -> None:
    rgb, face = room()
    poster = with_hand(rgb, 450.0, 100.0)
    tracker = OcclusionTracker()
    for index in range(10):
        assert tracker.at(poster, replace(face, time=index / RATE), COLORS, 1) is None


def test_without_skin_colours_nothing_is_in_front() -> None:
    tracker = OcclusionTracker()
    rgb, face = room()
    tracker.at(rgb, face, NO_SKIN, 1)
    for index in range(1, 5):
        held = with_hand(rgb, 370.0, 130.0)
        assert tracker.at(held, replace(face, time=index / RATE), NO_SKIN, 1) is None


def test_a_head_that_leaves_the_frame_is_no_error() -> None:
    tracker = OcclusionTracker()
    for index, x in enumerate((280.0, 500.0, 900.0, -300.0, 280.0)):
        rgb, _ = room()
        tracker.at(with_hand(rgb, 520.0, 200.0), face_at(x, 200.0, 9.0, SIZE, index / RATE), COLORS, 1)
