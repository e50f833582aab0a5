"""The background plate: what it learns, and when it starts again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from realtime.removal.background_plate import BackgroundPlate, update_plate
from tests.unit.synthetic_head import background, draw_person, face_at

SIZE = (240, 180)


def scene(x: float) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    frame = background(*SIZE)
    return frame, draw_person(frame, face_at(x, 70.0, 3.0, SIZE))


def psnr(a: npt.NDArray[np.float32], b: npt.NDArray[np.uint8]) -> float:
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return float(10.0 * np.log10(255.0**2 / max(error, 1e-9)))


def test_what_the_head_hid_is_known_after_it_moved() -> None:
    plate = None
    for step, x in enumerate((80.0, 80.0, 150.0, 150.0)):
        frame, person = scene(x)
        plate = update_plate(plate, frame, person, float(step))
    assert plate is not None
    _, first = scene(80.0)
    _, last = scene(150.0)
    uncovered = (first > 0.5) & plate.known(3.0, 60.0) & (last < 0.5)
    assert uncovered.sum() > 1000
    assert psnr(plate.color[uncovered], background(*SIZE)[uncovered]) > 40.0


def test_pixels_that_were_always_covered_stay_unknown() -> None:
    frame, person = scene(120.0)
    plate = update_plate(update_plate(None, frame, person, 0.0), frame, person, 1.0)
    assert not (plate.known(1.0, 60.0) & (person > 0.5)).any()


def test_old_background_is_forgotten() -> None:
    frame, person = scene(60.0)
    plate = update_plate(None, frame, person, 0.0)
    assert plate.known(5.0, 10.0).any()
    assert not plate.known(15.0, 10.0).any()


def test_a_change_of_exposure_is_followed_without_forgetting() -> None:
    frame, person = scene(80.0)
    plate = update_plate(None, frame, person, 0.0)
    seen = plate.known(1.0, 60.0)
    _, moved = scene(150.0)
    bright = background(*SIZE).astype(np.float32) * 1.2
    later = bright.astype(np.uint8)
    draw_person(later, face_at(150.0, 70.0, 3.0, SIZE))
    plate = update_plate(plate, later, moved, 1.0)
    hidden = seen & (moved > 0.5)
    assert hidden.sum() > 500
    assert (plate.known(1.0, 60.0) & hidden).sum() == hidden.sum()
    assert np.abs(plate.color[hidden] - bright[hidden]).mean() < 4.0


def test_a_moved_camera_starts_the_plate_again() -> None:
    frame, person = scene(60.0)
    plate = update_plate(None, frame, person, 0.0)
    _, moved = scene(150.0)
    other = background(*SIZE)[:, ::-1].copy()
    other[::8] = 10
    draw_person(other, face_at(150.0, 70.0, 3.0, SIZE))
    plate = update_plate(plate, other, moved, 1.0)
    assert not plate.known(1.0, 60.0)[moved > 0.5].any()


def shaken_room(shift: int) -> npt.NDArray[np.uint8]:
    room = np.random.default_rng(2).integers(0, 255, (SIZE[1] // 12, SIZE[0] // 12 + 2, 3), np.uint8)
    wide = np.repeat(np.repeat(room, 12, 0), 12, 1)
    return wide[: SIZE[1], shift : SIZE[0] + shift].copy()


def test_a_small_camera_movement_is_followed() -> None:
    frame = shaken_room(0)
    plate = update_plate(None, frame, draw_person(frame, face_at(60.0, 70.0, 3.0, SIZE)), 0.0)
    later = shaken_room(4)
    moved = draw_person(later, face_at(150.0, 70.0, 3.0, SIZE))
    plate = update_plate(plate, later, moved, 1.0)
    hidden = (moved > 0.5) & plate.known(1.0, 60.0)
    hidden[:, -12:] = False
    assert hidden.mean() > 0.05
    # Half a pixel of error at the edges of hard squares costs this much.
    assert psnr(plate.color[hidden], shaken_room(4)[hidden]) > 20.0


def test_a_camera_that_turns_away_starts_the_plate_again() -> None:
    frame = shaken_room(0)
    plate = update_plate(None, frame, draw_person(frame, face_at(60.0, 70.0, 3.0, SIZE)), 0.0)
    later = np.roll(shaken_room(0), 90, axis=0)[:, ::-1].copy()
    moved = draw_person(later, face_at(150.0, 70.0, 3.0, SIZE))
    plate = update_plate(plate, later, moved, 1.0)
    assert not plate.known(1.0, 60.0)[moved > 0.5].any()


def test_what_was_never_seen_is_guessed_once_and_kept() -> None:
    frame, person = scene(120.0)
    wanted = person > 0.5
    plate = update_plate(None, frame, person, 0.0).completed(wanted, 0.0, 60.0)
    assert not plate.known(0.0, 60.0)[wanted].any()
    assert psnr(plate.color[wanted], background(*SIZE)[wanted]) > 25.0
    later = update_plate(plate, frame, person, 1.0).completed(wanted, 1.0, 60.0)
    assert np.abs(later.color[wanted] - plate.color[wanted]).max() < 1.0


def test_a_new_frame_size_starts_the_plate_again() -> None:
    frame, person = scene(60.0)
    plate = update_plate(None, frame, person, 0.0)
    small = np.zeros((90, 120, 3), np.uint8)
    plate = update_plate(plate, small, np.zeros((90, 120), np.float32), 1.0)
    assert plate.color.shape == small.shape


def test_a_guess_is_led_over_to_what_is_seen_beside_it() -> None:
    shape = (80, 120)
    color = np.full((*shape, 3), 100.0, np.float32)
    guessed = np.zeros(shape, bool)
    guessed[20:60, 30:90] = True
    plate = BackgroundPlate(color, np.full(shape, -np.inf, np.float32), guessed)
    bare = np.zeros(shape, bool)
    bare[:, :40] = True
    now = np.full((*shape, 3), 130, np.uint8)
    met = plate.glimpsed(now, bare, 3.0)
    assert (met.color[bare] == 130.0).all()
    assert met.known(3.0, 1.0)[bare].all()
    assert not met.guessed[bare].any()
    assert met.guessed[40, 60]
    edge, middle, far = (float(met.color[40, x, 0]) for x in (42, 60, 86))
    assert edge > 122.0
    assert edge > middle > far >= 100.0
