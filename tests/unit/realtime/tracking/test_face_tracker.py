"""Following a face: accuracy against known motion, loss and return, several people."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from engines.face import Face
from engines.head_geometry import mean_face
from realtime.settings import TrackerSettings
from realtime.tracking.face_tracker import FaceTracker
from tests.unit.moving_face import Placed

U8 = npt.NDArray[np.uint8]

FPS = 30.0
EMPTY = np.full((480, 640, 3), 170, np.uint8)
# Points of the hairline and the crown, head frame, cm.
HAIRLINE = np.array([[0, 8.3, 6.5], [5, 7.5, 4.5], [-5, 7.5, 4.5], [7, 1, 1], [-7, 1, 1], [0, 13, -1.8]])


@pytest.fixture
def tracker() -> Iterator[FaceTracker]:
    tracker = FaceTracker(TrackerSettings())
    yield tracker
    tracker.close()


def _run(tracker: FaceTracker, frames: list[U8], begin: float = 0.0) -> list[Face | None]:
    return [tracker.track(frame, begin + index / FPS) for index, frame in enumerate(frames)]


def _seen(faces: list[Face | None]) -> list[Face]:
    seen = [face for face in faces if face is not None]
    assert len(seen) == len(faces)
    return seen


def _gentle(time: float) -> Placed:
    swing = math.sin(math.pi * time)
    return Placed(20 * swing, 10 * math.sin(2 * math.pi * time), 5 * swing, 1.35 + 0.05 * swing)


def test_the_pose_follows_a_known_motion(tracker: FaceTracker) -> None:
    path = [Placed()] * 10 + [_gentle(index / FPS) for index in range(60)]
    faces = _seen(_run(tracker, [placed.frame() for placed in path]))
    start = faces[9].pose
    shift, roll, zoom = [], [], []
    for placed, face in zip(path[10:], faces[10:], strict=True):
        truth = placed.pose(start, path[0])
        shift.append(np.linalg.norm(face.pose.translation - truth.translation))
        roll.append(face.pose.roll - truth.roll)
        zoom.append(face.pose.scale / truth.scale - 1.0)
    assert np.sqrt(np.mean(np.square(shift))) < 1.0
    assert np.sqrt(np.mean(np.square(roll))) < 1.0
    assert np.sqrt(np.mean(np.square(zoom))) < 0.01


def test_the_hairline_of_a_still_head_is_still_in_camera_noise(tracker: FaceTracker) -> None:
    frames = [Placed().frame(noise=5.0, seed=index) for index in range(60)]
    faces = _seen(_run(tracker, frames))[15:]
    points = np.array([face.pose.project(HAIRLINE)[:, :2] for face in faces])
    jitter = np.sqrt(np.square(points - points.mean(axis=0)).sum(axis=2).mean())
    assert jitter < 0.5


def test_a_fast_head_is_followed_within_a_frame(tracker: FaceTracker) -> None:
    path = [Placed(x=-120)] * 10 + [Placed(x=-120 + 12.0 * index) for index in range(20)]
    faces = _seen(_run(tracker, [placed.frame() for placed in path]))
    start = faces[9].pose
    lags = [
        (placed.pose(start, path[0]).translation[0] - face.pose.translation[0]) / 12.0
        for placed, face in zip(path[13:], faces[13:], strict=True)
    ]
    assert max(lags) < 1.0
    assert np.mean(lags) < 0.5


def test_landmarks_lie_on_the_head_with_their_depth(tracker: FaceTracker) -> None:
    face = _seen(_run(tracker, [Placed(roll=20).frame()] * 5))[-1]
    assert face.landmarks.shape == (478, 3)
    assert face.landmarks.dtype == np.float32
    local = face.pose.unproject(face.landmarks)
    assert np.median(np.linalg.norm(local - mean_face(), axis=1)) < 0.6
    assert face.landmarks[1, 2] > face.landmarks[234, 2]
    assert face.pose.roll == pytest.approx(-20.0, abs=5.0)


def test_one_picture_gives_the_face_at_full_opacity(tracker: FaceTracker) -> None:
    face = tracker.track(Placed().frame(), 0.0)
    assert face is not None
    assert (face.opacity, face.size) == (1.0, (640, 480))


def test_a_lost_face_goes_on_as_it_moved_then_fades_and_fades_in_again(tracker: FaceTracker) -> None:
    moving = [Placed(x=-60).frame()] * 5 + [Placed(x=-60 + 6.0 * index).frame() for index in range(12)]
    last = _seen(_run(tracker, moving))[-1]
    gone = _run(tracker, [EMPTY] * 24, begin=last.time + 1 / FPS)
    held = [face for face in gone if face is not None]
    assert held[0].opacity == 1.0
    assert held[3].pose.translation[0] > last.pose.translation[0] + 8.0
    np.testing.assert_allclose(
        held[3].landmarks[:, :2].mean(axis=0) - last.landmarks[:, :2].mean(axis=0),
        held[3].pose.translation - last.pose.translation,
        atol=0.1,
    )
    full = [face.time - last.time for face in held if face.opacity == 1.0]
    assert 0.25 < max(full) <= 0.3 + 1 / FPS
    assert all(b.opacity <= a.opacity for a, b in pairwise(held))
    assert gone[-1] is None
    back = _seen(_run(tracker, [Placed().frame()] * 10, begin=last.time + 25 / FPS))
    assert back[0].opacity < 0.5
    assert back[-1].opacity == 1.0
    assert tracker.appearances == 2


def test_a_face_back_within_the_hold_is_the_same_appearance(tracker: FaceTracker) -> None:
    _run(tracker, [Placed().frame()] * 5 + [EMPTY] * 4)
    back = _seen(_run(tracker, [Placed(x=10).frame()] * 3, begin=0.4))
    assert tracker.appearances == 1
    assert back[0].opacity == 1.0


@pytest.mark.parametrize(
    "placed", [Placed(zoom=0.35), Placed(zoom=3.5, y=-60), Placed(roll=85), Placed(roll=-60)]
)
def test_small_large_and_lying_faces_are_found(tracker: FaceTracker, placed: Placed) -> None:
    face = _seen(_run(tracker, [placed.frame()] * 2))[-1]
    assert face.pose.translation == pytest.approx((320.0, 240.0 + placed.y), abs=20 * placed.zoom)
    assert face.pose.roll == pytest.approx(-placed.roll, abs=8.0)


def test_nobody_is_nobody(tracker: FaceTracker) -> None:
    assert _run(tracker, [EMPTY] * 3) == [None] * 3


def _two(left: Placed, right: Placed) -> U8:
    return np.hstack([left.frame(320, 480), right.frame(320, 480)])


def test_of_two_people_the_larger_is_taken(tracker: FaceTracker) -> None:
    faces = _seen(_run(tracker, [_two(Placed(zoom=0.7), Placed(zoom=1.1))] * 5))
    assert faces[-1].pose.translation[0] > 320


def test_hair_does_not_hop_to_somebody_slightly_larger(tracker: FaceTracker) -> None:
    _run(tracker, [_two(Placed(zoom=0.8), Placed(zoom=1.0))] * 5)
    faces = _seen(_run(tracker, [_two(Placed(zoom=1.0), Placed(zoom=0.95))] * 45, begin=1.0))
    assert faces[-1].pose.translation[0] > 320
    assert tracker.appearances == 1


def test_somebody_much_larger_takes_over_and_fades_in(tracker: FaceTracker) -> None:
    _run(tracker, [_two(Placed(zoom=0.6), Placed(zoom=0.8))] * 5)
    faces = _seen(_run(tracker, [_two(Placed(zoom=1.25), Placed(zoom=0.8))] * 45, begin=1.0))
    assert faces[-1].pose.translation[0] < 320
    assert tracker.appearances == 2
    assert min(face.opacity for face in faces) < 0.5
    assert faces[-1].opacity == 1.0


@pytest.mark.parametrize("size", [(1280, 720), (641, 479), (360, 640)])
def test_another_frame_size_in_mid_stream_starts_anew(tracker: FaceTracker, size: tuple[int, int]) -> None:
    _run(tracker, [Placed().frame()] * 5)
    zoom = 1.35 * min(size) / 480
    faces = _run(tracker, [Placed(zoom=zoom).frame(*size)] * 8, begin=1.0)
    face = _seen(faces)[-1]
    assert face.size == size
    assert face.pose.translation == pytest.approx((size[0] / 2, size[1] / 2), abs=0.1 * min(size))
