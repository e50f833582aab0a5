"""The compositor against a float reference, and what it must leave alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from engines.affine import resize_affine
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.palette import linear_to_srgb, srgb_to_linear
from realtime.analysis import FrameAnalysis
from realtime.composite.compositor import Compositor
from realtime.matte.hair_matte import HairMatte
from realtime.occlusion.occluder import Occluder
from realtime.rect import Rect
from realtime.removal.background_plate import update_plate
from realtime.removal.removal import RemovalFill
from tests.unit.synthetic_head import face_at

U8 = npt.NDArray[np.uint8]
SIZES = [(320, 240), (321, 239), (240, 320)]


def noise_frame(width: int, height: int, seed: int = 1) -> U8:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def layer_at(
    x: float, y: float, alpha: npt.NDArray[np.float64], color: tuple[float, float, float]
) -> HairLayer:
    rgba = np.dstack([alpha * c for c in color] + [alpha]).astype(np.float32)
    return HairLayer(rgba, np.array([[1.0, 0.0, x], [0.0, 1.0, y]]))


def analysis_of(
    face: Face, rgb: U8, removed: float, body: float, head: tuple[int, int, int, int]
) -> FrameAnalysis:
    height, width = rgb.shape[:2]
    half = (width // 2, height // 2)
    shape = (half[1], half[0])
    fill = RemovalFill(
        np.full((*shape, 4), head, np.uint8),
        np.full((*shape, 3), 200, np.uint8),
        np.full((*shape, 2), (round(255 * removed), round(255 * body)), np.uint8),
    )
    empty = np.zeros(shape, np.float32)
    plate = update_plate(None, np.zeros((*shape, 3), np.uint8), empty, 0.0)
    to_frame = resize_affine(half, (width, height))
    return FrameAnalysis(face, face.light, empty, HairMatte(empty), fill, plate, to_frame)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_pixels_outside_the_returned_rectangle_are_bit_identical(width: int, height: int) -> None:
    frame = noise_frame(width, height)
    face = face_at(width / 2, height / 2, 4.0, (width, height))
    out = frame.copy()
    rect = Compositor().compose(
        out, face, layer_at(width / 2 - 20, 30, np.ones((50, 40)), (0.1, 0.1, 0.1)), None
    )
    assert rect is not None
    changed = (out != frame).any(-1)
    assert changed.any()
    changed[rect.top : rect.bottom, rect.left : rect.right] = False
    assert not changed.any()


def test_pixels_that_no_hair_covers_are_bit_identical() -> None:
    frame = noise_frame(200, 160)
    alpha = np.zeros((100, 100))
    alpha[20:60, 30:70] = 1.0
    out = frame.copy()
    Compositor().compose(
        out, face_at(100, 80, 4.0, (200, 160)), layer_at(50, 30, alpha, (0.2, 0.1, 0.05)), None
    )
    inside = np.zeros((160, 200), bool)
    inside[50:90, 80:120] = True
    assert np.array_equal(out[~inside], frame[~inside])
    assert (out[inside] != frame[inside]).any()


@pytest.mark.parametrize("level", [3, 20, 75, 128, 200, 255])
def test_the_colour_of_an_even_layer_arrives_exactly(level: int) -> None:
    out = noise_frame(120, 100)
    linear = float(srgb_to_linear(level / 255.0))
    layer = layer_at(30, 20, np.ones((40, 50)), (linear, linear * 0.5, linear))
    Compositor().compose(out, face_at(60, 50, 3.0, (120, 100)), layer, None)
    expected = np.rint(255.0 * linear_to_srgb(np.array([linear, linear * 0.5, linear])))
    assert np.array_equal(out[25:55, 35:75], np.broadcast_to(expected, (30, 40, 3)))


def test_blending_happens_in_linear_light() -> None:
    frame = noise_frame(200, 150)
    alpha = np.random.default_rng(3).uniform(0.01, 1.0, (80, 90))
    color = (0.30, 0.12, 0.04)
    out = frame.copy()
    Compositor().compose(out, face_at(100, 75, 4.0, (200, 150)), layer_at(40, 30, alpha, color), None)
    base = srgb_to_linear(frame[30:110, 40:130] / 255.0)
    expected = 255.0 * linear_to_srgb(alpha[..., None] * np.array(color) + (1.0 - alpha[..., None]) * base)
    assert np.abs(out[30:110, 40:130] - expected).max() <= 1.01


def test_opacity_scales_the_layer() -> None:
    frame = np.full((100, 100, 3), 180, np.uint8)
    face = replace(face_at(50, 50, 3.0, (100, 100)), opacity=0.25)
    Compositor().compose(frame, face, layer_at(20, 20, np.ones((40, 40)), (0.0, 0.0, 0.0)), None)
    expected = 255.0 * linear_to_srgb(0.75 * srgb_to_linear(180 / 255.0))
    assert abs(float(frame[40, 40, 0]) - expected) <= 1.0


def test_nothing_is_drawn_without_a_layer_or_opacity() -> None:
    frame = noise_frame(80, 60)
    out = frame.copy()
    face = face_at(40, 30, 2.0, (80, 60))
    layer = layer_at(10, 10, np.ones((20, 20)), (0.1, 0.1, 0.1))
    assert Compositor().compose(out, face, None, None) is None
    assert Compositor().compose(out, replace(face, opacity=0.0), layer, None) is None
    assert Compositor().compose(out, face, replace_place(layer, 500.0), None) is None
    assert np.array_equal(out, frame)


def replace_place(layer: HairLayer, x: float) -> HairLayer:
    to_frame = layer.to_frame.copy()
    to_frame[0, 2] = x
    return HairLayer(layer.rgba, to_frame)


def test_a_layer_partly_outside_the_frame_keeps_its_place() -> None:
    frame = np.full((60, 80, 3), 200, np.uint8)
    alpha = np.tile(np.linspace(0.0, 1.0, 40), (40, 1))
    Compositor().compose(
        frame, face_at(40, 30, 2.0, (80, 60)), layer_at(-20, -20, alpha, (0.0, 0.0, 0.0)), None
    )
    expected = 255.0 * linear_to_srgb((1.0 - alpha[20:, 20:]) * srgb_to_linear(200 / 255.0))
    assert np.abs(frame[:20, :20, 0] - expected).max() <= 1.01


@pytest.mark.parametrize("turn", [0.0, 12.0])
def test_an_enlarged_or_turned_layer_covers_what_its_affine_says(turn: float) -> None:
    frame = np.full((160, 160, 3), 255, np.uint8)
    alpha = np.zeros((60, 60))
    alpha[20:40, 20:40] = 1.0
    angle = np.radians(turn)
    linear = 1.5 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    center = np.array([80.3, 79.6])
    to_frame = np.column_stack([linear, center - linear @ (29.5, 29.5)])
    layer = HairLayer(layer_at(0, 0, alpha, (0.0, 0.0, 0.0)).rgba, to_frame)
    Compositor().compose(frame, face_at(80, 80, 4.0, (160, 160)), layer, None)
    dark = 1.0 - srgb_to_linear(frame[..., 0] / 255.0)
    assert dark.sum() == pytest.approx((20 * 1.5) ** 2, rel=0.03)
    v, u = np.mgrid[0:160, 0:160]
    assert (dark * u).sum() / dark.sum() == pytest.approx(center[0], abs=0.1)
    assert (dark * v).sum() / dark.sum() == pytest.approx(center[1], abs=0.1)


def test_removed_hair_shows_skin_and_background_by_weight() -> None:
    frame = np.full((120, 160, 3), 20, np.uint8)
    face = face_at(80, 60, 4.0, (160, 120), time=1.0)
    nothing = layer_at(70, 50, np.zeros((10, 10)), (0.0, 0.0, 0.0))
    analysis = analysis_of(face, frame, removed=1.0, body=0.0, head=(100, 120, 140, 64))
    Compositor().compose(frame, face, nothing, analysis)
    share = 64 / 255.0
    expected = 255.0 * linear_to_srgb(
        share * srgb_to_linear(np.array([100, 120, 140]) / 255.0)
        + (1.0 - share) * srgb_to_linear(200 / 255.0)
    )
    assert np.abs(frame[20, 80] - expected).max() <= 1.5


def test_a_new_fill_replaces_the_last_one_over_a_third_of_a_second() -> None:
    frame = np.full((120, 160, 3), 20, np.uint8)
    face = face_at(80, 60, 4.0, (160, 120))
    nothing = layer_at(70, 50, np.zeros((10, 10)), (0.0, 0.0, 0.0))
    first = analysis_of(face, frame, removed=1.0, body=0.0, head=(40, 40, 40, 255))
    second = analysis_of(face, frame, removed=1.0, body=0.0, head=(180, 180, 180, 255))
    compositor, values = Compositor(), []
    for index in range(24):
        out = frame.copy()
        compositor.compose(out, replace(face, time=index / 30.0), nothing, first if index < 4 else second)
        values.append(int(out[20, 80, 0]))
    steps = np.diff(values)
    assert values[:4] == [40, 40, 40, 40]
    assert values[-1] == 180
    assert (steps >= 0).all()
    assert (steps > 0).sum() >= 9
    assert steps.max() < 0.25 * 140


def test_hair_throws_a_warm_shadow_on_the_person_only() -> None:
    frame = np.full((240, 320, 3), 160, np.uint8)
    face = face_at(160, 120, 8.0, (320, 240))
    layer = layer_at(110, 40, np.ones((60, 100)), (0.01, 0.01, 0.01))
    below = (slice(102, 106), slice(140, 180))
    bare = frame.copy()
    Compositor().compose(bare, face, layer, analysis_of(face, frame, 0.0, 0.0, (0, 0, 0, 0)))
    assert np.array_equal(bare[below], frame[below])
    shaded = frame.copy()
    Compositor().compose(shaded, face, layer, analysis_of(face, frame, 0.0, 1.0, (0, 0, 0, 0)))
    red, green, blue = (float(shaded[below][..., c].mean()) for c in range(3))
    assert green < 150
    assert blue <= green < red
    assert np.array_equal(shaded[200:, :20], frame[200:, :20])


def test_noise_sticks_to_the_head() -> None:
    face = face_at(100, 80, 4.0, (200, 160))
    noisy = replace(face, light=replace(face.light, noise=4.0))
    moved = replace(noisy, pose=replace(face.pose, translation=face.pose.translation + np.array([7, 3])))
    layer = layer_at(60, 40, np.ones((60, 60)), (0.2, 0.2, 0.2))
    shifted = layer_at(67, 43, np.ones((60, 60)), (0.2, 0.2, 0.2))
    first, second = np.zeros((160, 200, 3), np.uint8), np.zeros((160, 200, 3), np.uint8)
    Compositor().compose(first, noisy, layer, None)
    Compositor().compose(second, moved, shifted, None)
    part = first[45:95, 65:115]
    assert 2.5 < part.std() < 5.5
    assert np.array_equal(part, second[48:98, 72:122])


def test_what_is_in_front_of_the_hair_is_left_alone() -> None:
    frame = noise_frame(200, 160)
    face = face_at(100, 80, 4.0, (200, 160))
    layer = layer_at(50, 30, np.ones((100, 100)), (0.2, 0.1, 0.05))
    analysis = analysis_of(face, frame, removed=1.0, body=1.0, head=(40, 40, 40, 255))
    alpha = np.full((40, 30), 255, np.uint8)
    alpha[:, 15:] = 128
    hand = Occluder(alpha, Rect(80, 60, 110, 100))
    bare, out = frame.copy(), frame.copy()
    Compositor().compose(bare, face, layer, analysis)
    Compositor().compose(out, face, layer, analysis, hand)
    assert np.array_equal(out[60:100, 80:95], frame[60:100, 80:95])
    half = srgb_to_linear(frame / 255.0) * 128 / 255 + srgb_to_linear(bare / 255.0) * 127 / 255
    error = out[60:100, 95:110] - 255.0 * linear_to_srgb(half)[60:100, 95:110]
    assert np.abs(error).max() <= 2.0
    out[60:100, 80:110] = bare[60:100, 80:110]
    assert np.array_equal(out, bare)


def test_a_fill_made_for_another_side_of_the_head_goes_at_once() -> None:
    frame = np.full((120, 160, 3), 20, np.uint8)
    face = face_at(80, 60, 4.0, (160, 120))
    nothing = layer_at(70, 50, np.zeros((10, 10)), (0.0, 0.0, 0.0))
    turned = replace(face, pose=replace(face.pose, rotation=rotation_about_y(20.0)), time=0.1)
    first = analysis_of(face, frame, removed=1.0, body=0.0, head=(40, 40, 40, 255))
    second = analysis_of(turned, frame, removed=1.0, body=0.0, head=(180, 180, 180, 255))
    compositor = Compositor()
    compositor.compose(frame.copy(), face, nothing, first)
    out = frame.copy()
    compositor.compose(out, turned, nothing, second)
    assert abs(int(out[20, 80, 0]) - 180) <= 1


def rotation_about_y(degrees: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def test_a_layer_of_few_pixels_is_drawn_over_a_large_face() -> None:
    frame = noise_frame(320, 240)
    face = face_at(160.0, 120.0, 9.0, (320, 240))
    layer = layer_at(160.0, 120.0, np.zeros((2, 2)), (0.0, 0.0, 0.0))
    analysis = analysis_of(face, frame, 1.0, 0.0, (90, 90, 90, 255))
    Compositor().compose(frame, face, layer, analysis)
    assert (np.abs(frame[20:60, 20:60].astype(int) - 90) <= 3).mean() > 0.99
