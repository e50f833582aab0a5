"""Holes filled with patches: texture goes on, lightness meets."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from realtime.removal.membrane import membrane
from realtime.removal.patch_fill import fill_patches

F32 = npt.NDArray[np.float32]


def stripes(height: int = 120, width: int = 160, period: int = 16) -> F32:
    rows = 110.0 + 60.0 * np.sign(np.sin(2.0 * np.pi * np.arange(height) / period + 0.3))
    return np.repeat(np.repeat(rows[:, None, None], width, 1), 3, 2).astype(np.float32)


def hole_in(image: F32) -> npt.NDArray[np.bool_]:
    hole = np.zeros(image.shape[:2], bool)
    hole[40:80, 60:100] = True
    return hole


def error(a: F32, b: F32) -> float:
    return float(np.abs(a - b).mean())


def test_stripes_go_on_through_a_hole() -> None:
    truth = stripes()
    hole = hole_in(truth)
    broken = np.where(hole[..., None], np.float32(0.0), truth)
    filled = fill_patches(broken, hole, ~hole)
    smooth = membrane(broken, (~hole).astype(np.float32))
    assert error(filled[hole], truth[hole]) < 0.5 * error(smooth[hole], truth[hole])


def test_a_gradient_is_met_without_a_step() -> None:
    truth = np.repeat(np.linspace(40.0, 200.0, 160, dtype=np.float32)[None, :, None], 120, 0).repeat(3, 2)
    hole = hole_in(truth)
    filled = fill_patches(np.where(hole[..., None], np.float32(0.0), truth), hole, ~hole)
    assert error(filled[hole], truth[hole]) < 4.0


def test_what_is_known_is_not_touched_and_what_is_neither_is_not_used() -> None:
    truth = stripes()
    hole = hole_in(truth)
    poison = np.zeros_like(hole)
    poison[30:40] = True
    image = truth.copy()
    image[poison] = 255.0
    filled = fill_patches(image, hole, ~hole & ~poison)
    assert np.array_equal(filled[~hole], image[~hole])
    assert filled[hole].max() < 200.0


def test_the_same_hole_is_filled_the_same() -> None:
    truth = stripes()
    hole = hole_in(truth)
    assert np.array_equal(fill_patches(truth, hole, ~hole), fill_patches(truth, hole, ~hole))


def test_a_membrane_keeps_what_is_known_and_stays_between_it() -> None:
    values = np.zeros((40, 60, 1), np.float32)
    values[:, -1] = 100.0
    known = np.zeros((40, 60), np.float32)
    known[:, [0, -1]] = 1.0
    filled = membrane(values, known)[..., 0]
    assert np.allclose(filled[:, 0], 0.0)
    assert np.allclose(filled[:, -1], 100.0)
    middle = filled[20, 1:-1]
    assert middle.min() >= 0.0
    assert middle.max() <= 100.0
    assert filled[20, 45] > filled[20, 15]


def test_a_membrane_over_nothing_is_nothing() -> None:
    assert not membrane(np.ones((9, 7, 3), np.float32), np.zeros((9, 7), np.float32)).any()


def test_a_membrane_reaches_what_is_far_from_all_that_is_known() -> None:
    known = np.zeros((110, 170), np.float32)
    known[:, :6] = 1.0
    assert membrane(np.full((110, 170, 3), 180.0, np.float32), known).min() > 175.0
