"""Recolouring on a real portrait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from skimage import data
from skimage.color import deltaE_ciede2000

from engines.face import Face
from engines.palette import PALETTE, lab_to_linear, linear_to_lab, srgb_to_linear
from realtime.analysis import FrameAnalysis, FrameAnalyzer
from realtime.face_regions import OVAL
from realtime.face_tracker import FaceTracker
from realtime.recolor import Recolorer
from realtime.settings import TrackerSettings

U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Portrait:
    rgb: U8
    face: Face
    analysis: FrameAnalysis

    @property
    def hair(self) -> npt.NDArray[np.bool_]:
        size = (self.rgb.shape[1], self.rgb.shape[0])
        alpha = cv2.warpAffine(self.analysis.hair.alpha, self.analysis.to_frame, size)
        return np.asarray(cv2.erode((alpha > 0.97).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)


@pytest.fixture(scope="module")
def portrait() -> Iterator[Portrait]:
    rgb: U8 = data.astronaut()  # type: ignore[no-untyped-call]
    tracker, analyzer = FaceTracker(TrackerSettings()), FrameAnalyzer()
    tracked = [tracker.track(rgb, index * 0.5) for index in range(3)][-1]
    assert tracked is not None
    analysis = analyzer.analyze(rgb, tracked)
    yield Portrait(rgb, replace(tracked, light=analysis.light), analysis)
    tracker.close()
    analyzer.close()


def recolored(portrait: Portrait, color: str) -> U8:
    out = portrait.rgb.copy()
    assert Recolorer().apply(out, portrait.face, portrait.analysis, PALETTE[color]) is not None
    return out


def mean_lab(rgb: U8, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    return linear_to_lab(srgb_to_linear(rgb[mask] / 255.0).mean(axis=0))


def delta_e(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    return float(deltaE_ciede2000(a, b))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("color", sorted(PALETTE))
def test_the_mean_colour_of_the_hair_becomes_the_wanted_one(portrait: Portrait, color: str) -> None:
    gain = portrait.face.light.color / portrait.face.light.color.mean()
    gain = gain * np.sqrt(portrait.face.light.color.mean())
    ends = lab_to_linear(np.array([PALETTE[color].root, PALETTE[color].tip]))
    lit = [linear_to_lab(np.clip((ends[0] + t * (ends[1] - ends[0])) * gain, 0, 1)) for t in (0.0, 0.35, 0.7)]
    mean = mean_lab(recolored(portrait, color), portrait.hair)
    assert min(delta_e(mean, target) for target in lit) <= 8.0


def test_face_and_background_stay_bit_identical(portrait: Portrait) -> None:
    out = recolored(portrait, "F5")
    inner = np.zeros(portrait.rgb.shape[:2], np.uint8)
    points = portrait.face.landmarks[OVAL, :2]
    middle = points.mean(axis=0)
    cv2.fillPoly(inner, [np.rint(middle + 0.7 * (points - middle)).astype(np.int32)], (1,))
    assert np.array_equal(out[inner > 0], portrait.rgb[inner > 0])
    assert np.array_equal(out[200:], portrait.rgb[200:])
    assert np.array_equal(out[:, :90], portrait.rgb[:, :90])


@pytest.mark.parametrize("color", ["N1", "N8", "F3"])
def test_strands_stay(portrait: Portrait, color: str) -> None:
    def detail(rgb: U8) -> npt.NDArray[np.float32]:
        luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
        return np.asarray(luma - cv2.GaussianBlur(luma, (0, 0), 2.0))[portrait.hair]

    before, after = detail(portrait.rgb), detail(recolored(portrait, color))
    assert np.corrcoef(before, after)[0, 1] > 0.8


def test_a_noisy_still_head_does_not_flicker(portrait: Portrait) -> None:
    recolorer, random = Recolorer(), np.random.default_rng(4)
    levels = []
    for index in range(12):
        noise = random.normal(0.0, 2.0, portrait.rgb.shape)
        frame = np.clip(np.rint(portrait.rgb + noise), 0, 255).astype(np.uint8)
        face = replace(portrait.face, time=portrait.face.time + index / 30.0)
        recolorer.apply(frame, face, portrait.analysis, PALETTE["F4"])
        levels.append(mean_lab(frame, portrait.hair)[0])
    assert np.diff(levels, 2).std() < 0.3


def test_a_new_matte_fades_in(portrait: Portrait) -> None:
    small = np.zeros_like(portrait.analysis.hair.alpha)
    height, width = small.shape
    small[: height // 8, : width // 2] = portrait.analysis.hair.alpha[: height // 8, : width // 2]
    before = replace(portrait.analysis, hair=replace(portrait.analysis.hair, alpha=small))
    recolorer, levels = Recolorer(), []
    recolorer.apply(portrait.rgb.copy(), portrait.face, before, PALETTE["N1"])
    for index in range(16):
        frame = portrait.rgb.copy()
        face = replace(portrait.face, time=portrait.face.time + index / 30.0)
        recolorer.apply(frame, face, portrait.analysis, PALETTE["N1"])
        levels.append(mean_lab(frame, portrait.hair)[0])
    steps = -np.diff(levels)
    assert levels[0] - levels[-1] > 8.0
    assert steps.max() < 0.45 * (levels[0] - levels[-1])
    assert abs(steps[-3:]).max() < 0.2


def test_without_hair_nothing_happens(portrait: Portrait) -> None:
    bald = replace(
        portrait.analysis, hair=replace(portrait.analysis.hair, alpha=np.zeros((8, 8), np.float32))
    )
    out = portrait.rgb.copy()
    assert Recolorer().apply(out, portrait.face, bald, PALETTE["N1"]) is None
    assert Recolorer().apply(out, portrait.face, None, PALETTE["N1"]) is None
    assert np.array_equal(out, portrait.rgb)


def test_the_rectangle_holds_every_changed_pixel(portrait: Portrait) -> None:
    out = portrait.rgb.copy()
    rect = Recolorer().apply(out, portrait.face, portrait.analysis, PALETTE["X4"])
    assert rect is not None
    changed = (out != portrait.rgb).any(-1)
    assert changed.sum() > 3000
    changed[rect.top : rect.bottom, rect.left : rect.right] = False
    assert not changed.any()


def test_the_portraits_matte_is_its_hair(portrait: Portrait) -> None:
    hair = portrait.hair
    assert hair[20:45, 200:250].mean() > 0.6
    assert not hair[:, :100].any()
    assert not hair[150:].any()
    assert 3000 < hair.sum() < 11000
