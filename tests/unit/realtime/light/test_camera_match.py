"""Softness, smear and grain given to a rendered layer, and the motion they follow."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from engines.face import Face
from engines.light import Light
from realtime.head.head_motion import HeadMotion
from realtime.light.camera_match import LAYER_BLUR, match_blur, noise_of, noise_tile, smear
from tests.unit.synthetic_head import face_at


def dot() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    layer = np.zeros((61, 61, 4), np.float32)
    layer[30, 30] = 1.0
    return layer


@pytest.mark.parametrize(
    "way", [(12.0, 0.0), (0.0, -9.0), (8.0, 8.0), (10.0, -5.0), (-6.0, 3.0), (23.0, 7.0)]
)
def test_a_dot_becomes_a_line_along_the_way(way: tuple[float, float]) -> None:
    layer, column, row = smear(dot(), way)
    alpha = layer[..., 3]
    assert alpha.sum() == pytest.approx(1.0, abs=1e-4)
    y, x = np.mgrid[0 : alpha.shape[0], 0 : alpha.shape[1]]
    assert (alpha * x).sum() == pytest.approx(30 + column, abs=0.3)
    assert (alpha * y).sum() == pytest.approx(30 + row, abs=0.3)
    dx, dy = x - 30 - column, y - 30 - row
    along, across = ((dx * way[0] + dy * way[1]), (dx * way[1] - dy * way[0])) / np.hypot(*way)
    assert np.sqrt((alpha * along**2).sum()) == pytest.approx(np.hypot(*way) / np.sqrt(12.0), rel=0.2)
    assert np.sqrt((alpha * across**2).sum()) < 0.6


def test_a_still_layer_is_not_touched() -> None:
    layer = dot()
    assert smear(layer, (0.6, 0.4)) == (layer, 0, 0)


@pytest.mark.parametrize("blur", [1.0, 2.0])
def test_a_layer_ends_as_soft_as_the_camera(blur: float) -> None:
    layer = np.zeros((61, 61, 4), np.float32)
    layer[..., 30:, :] = 1.0
    own = np.asarray(cv2.GaussianBlur(layer, (0, 0), LAYER_BLUR), np.float32)
    slope = np.diff(match_blur(own, blur)[30, :50, 3])
    place = np.arange(len(slope))
    spread = np.sqrt((slope * (place - (slope * place).sum()) ** 2).sum())
    assert spread == pytest.approx(blur, rel=0.2)


def test_grain_is_as_strong_and_smoother() -> None:
    fine, coarse = noise_tile(0.0), noise_of(1.0)
    assert fine.std() == pytest.approx(1.0, abs=0.02)
    assert coarse.std() == pytest.approx(1.0, abs=0.02)
    assert abs((fine[:, 1:] * fine[:, :-1]).mean()) < 0.02
    assert (coarse[:, 1:] * coarse[:, :-1]).mean() > 0.5
    assert noise_of(0.9) is noise_of(1.0)


def moved(x: float, time: float) -> Face:
    face = face_at(300.0 + x, 200.0, 10.0, (640, 480), time)
    return replace(face, light=Light(exposure=1 / 60))


def test_the_smear_is_the_way_within_the_exposure() -> None:
    motion = HeadMotion()
    assert motion(moved(0.0, 0.0)) == (0.0, 0.0)
    assert motion(moved(10.0, 1 / 30)) == pytest.approx((5.0, 0.0))


def test_jumps_stalls_and_new_clocks_smear_nothing() -> None:
    motion = HeadMotion()
    motion(moved(0.0, 0.0))
    assert motion(moved(200.0, 1 / 30)) == (0.0, 0.0)
    assert motion(moved(205.0, 2.0)) == (0.0, 0.0)
    assert motion(moved(210.0, 0.1)) == (0.0, 0.0)
