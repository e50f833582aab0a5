"""What moves is measured as much as it moves."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from tests.unit.evaluate.scenes import COUNT, SIZE, cap, grey_picture, head, scene, shown
from tools.evaluate.clip import Clip
from tools.evaluate.face_motion import face_motion
from tools.evaluate.held_clip import hold, noise_of
from tools.evaluate.steadiness import OutlineSteadiness, dtssd, iou
from tools.evaluate.stillness import Stillness
from tools.evaluate.synthetic import matte_values, synthetic_clip
from tools.studio import Studio


def _textured() -> npt.NDArray[np.uint8]:
    noise = np.random.default_rng(1).uniform(0, 255, (SIZE[1], SIZE[0])).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.5)
    return np.asarray(np.clip((smooth - smooth.mean()) * 6.0 + 128.0, 0, 255), np.uint8)


def test_the_face_s_motion_is_read_from_the_pictures_to_a_twentieth_of_a_pixel() -> None:
    truth = cv2.getRotationMatrix2D((160.0, 180.0), 1.5, 1.01)
    truth = truth + np.array([[0.0, 0.0, 1.4], [0.0, 0.0, -0.7]])
    before = _textured()
    after = cv2.warpAffine(before, truth, SIZE, flags=cv2.INTER_CUBIC)
    found = face_motion(before, np.asarray(after, np.uint8), head())
    assert found is not None
    spots = np.array([[160.0, 180.0, 1.0], [130.0, 150.0, 1.0], [190.0, 150.0, 1.0]])
    assert np.abs(spots @ found.T - spots @ truth.T).max() < 0.05


def test_a_face_without_any_texture_has_no_known_motion() -> None:
    plain = np.full((SIZE[1], SIZE[0]), 120, np.uint8)
    assert face_motion(plain, plain, head()) is None


def test_a_hairline_that_jumps_by_a_pixel_either_way_has_a_jitter_of_one_pixel() -> None:
    measure = Stillness(scene())
    for index in range(COUNT):
        measure.add(shown(index, alpha=cap(110.3 + (1.0 if index % 2 else -1.0))))
    # A straight line through 15 alternating values takes off next to nothing; 13 degrees of freedom remain.
    assert measure.values()["jitter"] == pytest.approx(np.sqrt(15 / 13), rel=0.02)


def test_a_hairline_that_slowly_drifts_does_not_jitter() -> None:
    measure = Stillness(scene())
    for index in range(COUNT):
        measure.add(shown(index, alpha=cap(110.0 + 0.2 * index)))
    assert measure.values()["jitter"] < 0.01


def test_without_a_still_head_there_is_no_jitter_and_no_flicker() -> None:
    measure = Stillness(scene(still=False))
    for index in range(COUNT):
        measure.add(shown(index, alpha=cap(110.0 + index % 2)))
    assert measure.values() == {}


def test_flicker_is_the_second_difference_of_lightness() -> None:
    measure = Stillness(scene())
    for index in range(COUNT):
        measure.add(shown(index, grey_picture(120 + index % 2), cap(300.0)))
    levels = [shown(0, grey_picture(level)).lightness[0, 0] for level in (120, 121)]
    # Up and down by d every frame: a second difference of 2 d.
    assert measure.values()["flicker"] == pytest.approx(2.0 * (levels[1] - levels[0]), rel=0.01)


def test_a_brightness_that_rises_evenly_does_not_flicker() -> None:
    measure = Stillness(scene())
    for index in range(COUNT):
        measure.add(shown(index, grey_picture(100 + index), cap(300.0)))
    assert measure.values()["flicker"] < 0.15


def test_an_outline_that_stays_behind_on_a_still_head_lowers_the_agreement() -> None:
    measure = OutlineSteadiness(scene(45))
    for index in range(45):
        measure.add(shown(index, alpha=cap(100.0 + 10.0 * (index % 2))))
    assert measure.values()["iou_still"] == pytest.approx(100 / 110, abs=0.01)


def test_an_outline_that_goes_with_a_moving_head_agrees() -> None:
    measure = OutlineSteadiness(scene(45, still=False))
    for index in range(45):
        x = 160.0 + 2.0 * index
        face = head(index / 30.0, x)
        turned = cv2.Rodrigues(np.array([0.0, np.radians(2.0 * (index % 2)), 0.0]))[0]
        object.__setattr__(face.pose, "rotation", turned)
        alpha = np.zeros((SIZE[1], SIZE[0]), np.float32)
        alpha[60:140, int(x) - 50 : int(x) + 50] = 1.0
        measure.add(shown(index, alpha=alpha, face=face))
    assert measure.values()["iou_moving"] == pytest.approx(1.0, abs=0.02)


def test_iou_of_masks() -> None:
    a = np.array([True, True, False, False])
    assert iou(a, np.array([True, False, True, False])) == pytest.approx(1 / 3)
    assert iou(~(a | ~a), ~(a | ~a)) == 1.0


def test_dtssd_is_blind_to_what_is_constant_and_sees_what_changes() -> None:
    truth = [np.full((4, 4), level, np.float32) for level in (0.2, 0.5, 0.3)]
    assert dtssd([matte + 0.25 for matte in truth], truth) == pytest.approx(0.0, abs=1e-4)
    flickering = [truth[0], truth[1] + 0.1, truth[2]]
    assert dtssd(flickering, truth) == pytest.approx(10.0, rel=1e-4)


@pytest.mark.parametrize("moving", [False, True])
def test_the_noise_of_a_clip_is_found_again_also_while_the_picture_moves(moving: bool) -> None:
    rng = np.random.default_rng(0)
    rows = np.linspace(20.0, 220.0, 120)[:, None, None]
    frames = [
        (
            np.clip(np.roll(rows, 9 * index * moving, 0) + rng.normal(0.0, 3.0, (120, 160, 1)), 0, 255),
            index / 30.0,
        )
        for index in range(20)
    ]
    clip = Clip(
        "noise", tuple((np.repeat(np.rint(rgb), 3, axis=2).astype(np.uint8), time) for rgb, time in frames)
    )
    assert noise_of(clip) == pytest.approx(3.0, rel=0.15)


def test_a_held_clip_stands_still_and_has_noise_of_its_own_in_every_frame() -> None:
    held = hold(scene(60))
    assert held is not None
    window = held.windows[0]
    first, second = (held.clip.frames[window.first + offset][0].astype(int) for offset in (0, 1))
    assert (first != second).any()
    assert np.abs(first - 120).mean() < 2.0
    assert all(np.array_equal(motion, np.eye(2, 3)) for motion in window.motions)
    assert held.clip.frames[window.first][1] >= held.clip.frames[15][1] + 1.0 - 1e-6


def test_a_clip_without_a_face_cannot_be_held() -> None:
    made = scene(30)
    assert hold(type(made)(made.clip, ((),) * 30, made.steps, (), {})) is None


def test_the_made_clip_has_the_drawn_hair_as_its_truth() -> None:
    clip, truth = synthetic_clip(Studio(), 0.1)
    assert len(clip.frames) == len(truth) == 3
    rgb = clip.frames[0][0]
    assert rgb.shape == (480, 640, 3)
    assert 0.05 < float((truth[0] > 0.5).mean()) < 0.5
    # Brown hair is darker than the wall behind it.
    assert rgb[truth[0] > 0.9].mean() < rgb[truth[0] < 0.1].mean() - 30.0


def test_a_matte_like_the_truth_has_no_error() -> None:
    truth = [cap(100.0 + index) for index in range(40)]
    assert matte_values(truth, truth) == {"dtssd": 0.0, "iou": 1.0}
    late = [truth[max(0, index - 1)] for index in range(40)]
    assert matte_values(late, truth)["iou"] < 1.0
