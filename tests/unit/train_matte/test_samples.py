"""From scenes to what the network sees."""

from __future__ import annotations

import numpy as np
import pytest

from tools.train_matte.camera import plain, shoot
from tools.train_matte.canvas import CANVAS, MARGIN, SIDE
from tools.train_matte.measures import absolute_difference, dtssd, intersection_over_union
from tools.train_matte.previous import previous_matte
from tools.train_matte.pseudo_labels import HAIR, PERSON, make_labels
from tools.train_matte.recolour import dye, towards
from tools.train_matte.stream import EDGE_WEIGHT, WEIGHT_UNIT, edge_weights
from tools.train_matte.teacher import nothing_beyond


def _packed() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A white disc of hair on black; everything known."""
    y, x = np.mgrid[:CANVAS, :CANVAS]
    disc = np.hypot(x - CANVAS / 2, y - CANVAS / 2) < 60
    packed = np.zeros((CANVAS, CANVAS, 7), np.uint8)
    packed[disc, :6] = 255
    packed[..., 6] = 7
    return packed


def test_the_nominal_crop_is_the_middle_of_the_canvas() -> None:
    sample = plain(_packed())
    np.testing.assert_array_equal(
        sample.values, _packed()[MARGIN : MARGIN + SIDE, MARGIN : MARGIN + SIDE, 3:6]
    )
    assert sample.weights.min() == 1


def test_picture_and_labels_move_together() -> None:
    for seed in range(30):
        sample = shoot(np.random.default_rng(seed), _packed())
        known = sample.weights[..., 0] > 0
        bright = sample.rgb.mean(axis=-1) > 0.5 * sample.rgb.mean(axis=-1).max()
        assert intersection_over_union(bright.astype(np.float32), sample.values[..., 0] / 255.0, known) > 0.85


def test_what_the_camera_does_not_see_does_not_count() -> None:
    unknown = 0
    for seed in range(40):
        sample = shoot(np.random.default_rng(seed), _packed())
        outside = sample.weights[..., 0] == 0
        unknown += bool(outside.any())
        assert (sample.values[outside] == 0).mean() > 0.9 if outside.any() else True
    assert unknown > 5


def test_edges_count_more() -> None:
    weights = edge_weights(plain(_packed()))[..., 0]
    assert weights[SIDE // 2, SIDE // 2] == WEIGHT_UNIT
    assert weights[0, 0] == WEIGHT_UNIT
    assert weights[SIDE // 2, SIDE // 2 - 60] == EDGE_WEIGHT * WEIGHT_UNIT


def test_the_previous_matte_is_empty_about_half_of_the_time_and_else_near() -> None:
    hair = plain(_packed()).values[..., 0].copy()
    mattes = [previous_matte(np.random.default_rng(seed), hair, np.zeros_like(hair)) for seed in range(200)]
    empty = np.mean([not matte.any() for matte in mattes])
    assert 0.4 < empty < 0.65
    near = [
        intersection_over_union(m / 255.0, hair / 255.0, np.ones_like(hair, bool)) for m in mattes if m.any()
    ]
    assert np.median(near) > 0.6


def test_dyed_hair_changes_and_nothing_else_does() -> None:
    rng = np.random.default_rng(3)
    picture = rng.uniform(0.1, 0.4, (64, 64, 3)).astype(np.float32)
    hair = np.zeros((64, 64), np.float32)
    hair[:32] = 1.0
    dyed = dye(rng, picture, hair)
    np.testing.assert_array_equal(dyed[32:], picture[32:])
    assert np.abs(dyed[:32] - picture[:32]).mean() > 0.02


def test_a_background_can_take_the_colour_of_hair() -> None:
    rng = np.random.default_rng(0)
    room = rng.random((64, 64, 3), np.float32)
    color = np.array([0.6, 0.2, 0.3], np.float32)
    before = np.abs(room.mean(axis=(0, 1)) - color).max()
    after = [np.abs(towards(rng, room, color).mean(axis=(0, 1)) - color).max() for _ in range(10)]
    assert np.median(after) < 0.6 * before


def test_hair_that_the_person_mask_denies_does_not_count() -> None:
    hair, person = np.zeros((40, 40), np.float32), np.zeros((40, 40), np.float32)
    hair[:10, :10] = 1.0
    hair[20:30, 20:30] = person[18:40, 18:40] = 1.0
    labels = make_labels(np.zeros((40, 40, 3), np.uint8), None, hair, np.zeros_like(hair), person)
    assert labels.weights[4, 4, HAIR] == 0.0
    assert labels.weights[25, 25, HAIR] == 1.0
    assert labels.values[25, 25, HAIR] == 1.0
    assert labels.values[35, 35, PERSON] == 1.0


def test_what_the_teacher_is_unsure_of_does_not_count() -> None:
    hair = person = np.ones((20, 20), np.float32)
    spread = np.zeros((20, 20), np.float32)
    spread[:10] = 0.5
    labels = make_labels(np.zeros((20, 20, 3), np.uint8), None, hair, spread, person)
    assert labels.weights[:10, :, HAIR].max() == 0.0
    assert labels.weights[10:, :, HAIR].min() == 1.0


def test_beyond_what_the_teacher_saw_there_is_no_hair_unless_some_leaves() -> None:
    hair, spread = np.zeros((2, 60, 60), np.float32)
    spread[40:] = 1.0
    hair[5:20, 20:40] = 1.0
    assert nothing_beyond(hair, spread)[40:].max() == 0.0
    hair[20:40, 20:40] = 1.0
    np.testing.assert_array_equal(nothing_beyond(hair, spread), spread)


def test_measures() -> None:
    truth = np.zeros((3, 4, 4), np.float32)
    truth[1:, :2] = 1.0
    everything = np.ones((4, 4), bool)
    assert dtssd(truth, truth) == 0.0
    assert dtssd(np.zeros_like(truth), truth) == pytest.approx(100.0 * np.sqrt(0.5) / 2.0)
    assert intersection_over_union(truth[1], truth[1], everything) == 1.0
    assert intersection_over_union(truth[0], truth[0], everything) == 1.0
    half = truth[1].copy()
    half[0] = 0.0
    assert intersection_over_union(half, truth[1], everything) == 0.5
    assert absolute_difference(half, truth[1], everything) == 0.25
    assert absolute_difference(half, truth[1], half > 0.5) == 0.0
