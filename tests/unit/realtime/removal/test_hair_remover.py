"""Own hair taken away from a drawn head whose hairless picture is known."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.affine import resize_affine
from engines.hair_layer import HairLayer
from realtime.analysis import FrameAnalysis
from realtime.composite.compositor import Compositor
from realtime.matte.hair_matte import HairMatte
from realtime.removal.background_plate import update_plate
from realtime.removal.hair_remover import HairRemover
from realtime.removal.lean_advice import LeanAdvice, guessed_in_sight
from realtime.removal.removal import RemovalFill
from realtime.removal.removal_fade import RemovalFade
from tests.unit.long_hair import draw_long_hair
from tests.unit.synthetic_head import HAIR, SHIRT, SKIN, face_at

U8 = npt.NDArray[np.uint8]
SIZE = (480, 480)
FACE = face_at(240.0, 150.0, 8.0, SIZE)
NOTHING = HairLayer(np.zeros((4, 4, 4), np.float32), np.array([[1.0, 0.0, 240.0], [0.0, 1.0, 150.0]]))


def analysis_with(
    hair: npt.NDArray[np.float32], picture: U8, person: npt.NDArray[np.float32]
) -> FrameAnalysis:
    plate = update_plate(None, picture, np.maximum(person, hair), 0.0)
    fill, plate = HairRemover(0.4).remove(picture, picture, person, FACE, hair, plate, 60.0)
    return FrameAnalysis(FACE, FACE.light, person, HairMatte(hair), fill, plate, resize_affine(SIZE, SIZE))


@pytest.fixture(scope="module")
def scene() -> tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis]:
    picture, bare, person, hair = draw_long_hair(FACE)
    return picture, bare, hair > 0.5, analysis_with(hair, picture, person)


def without_hair(picture: U8, analysis: FrameAnalysis) -> U8:
    out = picture.copy()
    Compositor().compose(out, FACE, NOTHING, analysis)
    return out


def psnr(a: U8, b: U8) -> float:
    return float(10.0 * np.log10(255.0**2 / ((a.astype(float) - b.astype(float)) ** 2).mean()))


def like(rgb: U8, color: tuple[int, int, int], within: int = 30) -> npt.NDArray[np.bool_]:
    return np.asarray(np.abs(rgb.astype(int) - color).max(-1) < within)


def test_no_hair_is_left(scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis]) -> None:
    picture, _, hair, analysis = scene
    left = like(without_hair(picture, analysis), HAIR) & hair
    assert left.sum() <= 0.03 * hair.sum()


def test_a_soft_matte_leaves_no_veil(scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis]) -> None:
    picture, _, hair, analysis = scene
    soft = cv2.GaussianBlur(hair.astype(np.float32), (0, 0), 4.0) * np.float32(0.8)
    out = without_hair(picture, analysis_with(np.asarray(soft, np.float32), picture, analysis.person))
    assert (like(out, HAIR, 60) & hair).sum() <= 0.03 * hair.sum()


def test_a_lock_that_the_matte_missed_goes_too(
    scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis],
) -> None:
    picture, _, hair, analysis = scene
    part = hair.astype(np.float32)
    part[180:230, 280:] = 0.0
    missed = hair & (part < 0.5)
    assert missed.sum() > 500
    out = without_hair(picture, analysis_with(part, picture, analysis.person))
    assert (like(out, HAIR) & missed).sum() < 0.1 * missed.sum()


def test_a_lock_on_the_body_that_was_found_before_goes_while_it_is_there() -> None:
    picture, bare, person, hair = draw_long_hair(FACE)
    lock = hair.copy()
    lock[:, 200:] = 0.0
    lock[:260] = 0.0
    assert (lock > 0.5).sum() > 500
    # A turned head parts it from the rest.
    parted = np.where(cv2.dilate(lock, np.ones((61, 61))) > 0.5, 0.0, hair).astype(np.float32)
    seen = picture.copy()
    seen[(hair > 0.5) & (parted < 0.5) & (lock < 0.5)] = bare[(hair > 0.5) & (parted < 0.5) & (lock < 0.5)]

    def removed(remover: HairRemover, rgb: U8) -> float:
        plate = update_plate(None, rgb, np.maximum(person, hair), 0.0)
        fill, _ = remover.remove(rgb, rgb, person, FACE, parted, plate, 60.0)
        return float((fill.masks[..., 0][lock > 0.9] > 128).mean())

    remover = HairRemover(0.4)
    assert removed(remover, seen) < 0.3
    remover.remove(
        picture, picture, person, FACE, hair, update_plate(None, picture, np.maximum(person, hair), 0.0), 60.0
    )
    assert removed(remover, seen) > 0.9
    # When it is gone, it is forgotten.
    gone = np.where(lock[..., None] > 0.5, bare, seen).astype(np.uint8)
    assert removed(remover, gone) < 0.3
    assert removed(remover, seen) < 0.3


def test_the_wall_goes_on_behind_the_hair(
    scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis],
) -> None:
    picture, bare, hair, analysis = scene
    out = without_hair(picture, analysis)
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    skull = np.hypot((columns - 240) / (7.72 * 8.0), (rows - 150 + 3.1 * 8.0) / (9.94 * 8.0))
    wall = hair & (skull > 1.06) & (rows < 115)
    assert wall.sum() > 200
    assert psnr(out[wall], bare[wall]) > 26.0


def test_the_shirt_goes_on_under_the_hair(
    scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis],
) -> None:
    picture, _, hair, analysis = scene
    out = without_hair(picture, analysis)
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    under = hair & (rows > 310) & (np.abs(columns - 240) > 45)
    blue = out[under].astype(int)
    assert under.sum() > 500
    assert (blue[:, 2] > blue[:, 0] + 40).mean() > 0.9, "the shirt's blue"
    assert blue[:, 1].std() > 8.0, "its stripes, not their mean"


def test_skull_and_neck_are_skin(scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis]) -> None:
    picture, _, _, analysis = scene
    out = without_hair(picture, analysis)
    for rows, columns in ((slice(80, 100), slice(220, 260)), (slice(232, 246), slice(212, 222))):
        red, green, blue = out[rows, columns].reshape(-1, 3).mean(0)
        assert red > green > blue
        assert red > 0.5 * SKIN[0]


def test_no_shirt_comes_out_beside_a_neck_that_moves_on(
    scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis],
) -> None:
    _, _, _, analysis = scene
    red, green, blue = analysis.removal.plate[240:262, 206:218].reshape(-1, 3).mean(0)
    assert red > green > blue


def test_hidden_ears_are_drawn_beside_the_face(
    scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis],
) -> None:
    _, _, _, analysis = scene
    weight = analysis.removal.head[..., 3]
    at_the_ears = weight[132:148, [240 - 62, 240 + 62]]
    beside_the_jaw = weight[205:212, [240 - 62, 240 + 62]]
    assert at_the_ears.min() > 200
    assert beside_the_jaw.max() < 60


def test_brows_eyes_and_shirt_stay_as_they_are(
    scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis],
) -> None:
    picture, _, hair, analysis = scene
    out = without_hair(picture, analysis)
    assert np.array_equal(out[130:200, 215:265], picture[130:200, 215:265])
    chest = np.zeros(hair.shape, bool)
    chest[380:, 225:255] = True
    assert np.array_equal(out[chest], picture[chest])


def test_short_hair_leaves_dark_shoulders_alone() -> None:
    picture, _, person, hair = draw_long_hair(FACE)
    short = hair.copy()
    short[170:] = 0.0
    shirt = (hair > 0.5) & (short < 0.5)
    picture[shirt] = SHIRT
    picture[like(picture, SHIRT) | shirt] = HAIR
    out = without_hair(picture, analysis_with(short, picture, person))
    low = np.zeros(hair.shape, bool)
    low[300:] = True
    assert np.array_equal(out[low], picture[low])


def test_hair_that_comes_in_sight_goes_at_once_and_comes_back_slowly() -> None:
    def fill(removed: int, color: int) -> RemovalFill:
        masks = np.zeros((8, 8, 2), np.uint8)
        masks[..., 0] = removed
        return RemovalFill(np.full((8, 8, 4), color, np.uint8), np.full((8, 8, 3), color, np.uint8), masks)

    assert (fill(0, 10).mixed(fill(255, 90), 0.1).masks[..., 0] == 255).all()
    fading = fill(255, 10).mixed(fill(0, 90), 0.5)
    assert 100 < fading.masks[0, 0, 0] < 160
    assert 40 < fading.plate[0, 0, 0] < 60


def test_no_former_hair_shines_through_a_fade(
    scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis],
) -> None:
    _picture, _, _, analysis = scene
    before = replace(
        analysis,
        removal=replace(analysis.removal, head=np.zeros_like(analysis.removal.head)),
    )
    before.removal.masks.setflags(write=False)
    none = replace(before, removal=replace(before.removal, masks=np.zeros_like(before.removal.masks)))
    fade = RemovalFade()
    fade.at(none, 0.0)
    shown = fade.at(analysis, 0.05)
    assert np.array_equal(shown.head, analysis.removal.head)


def test_a_frame_of_another_size_is_faded_to_from_nothing(
    scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis],
) -> None:
    _picture, _, _, analysis = scene
    fade = RemovalFade()
    fade.at(analysis, 0.0)
    fade.at(replace(analysis), 0.05)
    other = replace(analysis, removal=replace(analysis.removal, plate=analysis.removal.plate[:-8].copy()))
    assert np.array_equal(fade.at(other, 0.1).plate, other.removal.plate)


def test_the_wearer_is_asked_to_lean_once_and_only_for_what_stays_in_sight(
    scene: tuple[U8, U8, npt.NDArray[np.bool_], FrameAnalysis],
) -> None:
    _, _, _, analysis = scene
    assert analysis.removal.guessed > 0.1
    assert guessed_in_sight(analysis, NOTHING) > 100.0
    advice = LeanAdvice()
    said = [advice.notice(replace(analysis), NOTHING, time) for time in (0.0, 1.0, 2.0, 3.0, 4.0)]
    assert [notice.code if notice else None for notice in said] == [None, None, None, "lean", None]
    cover = HairLayer(np.ones((480, 480, 4), np.float32), np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))
    advice = LeanAdvice()
    assert not any(advice.notice(replace(analysis), cover, float(time)) for time in range(9))


def test_a_background_that_was_seen_is_not_guessed() -> None:
    picture, _, person, hair = draw_long_hair(FACE)
    empty = picture.copy()
    plate = update_plate(None, empty, np.zeros_like(person), 0.0)
    fill, _ = HairRemover(0.4).remove(picture, picture, person, FACE, hair, plate, 60.0)
    assert fill.guessed == 0.0
