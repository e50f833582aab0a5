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
from engines.light import Light
from engines.look import Look
from engines.palette import PALETTE, lab_to_linear, linear_to_lab, linear_to_srgb, srgb_to_linear
from realtime.analysis import FrameAnalysis, FrameAnalyzer
from realtime.head.face_regions import OVAL
from realtime.head.head_lock import moved_face
from realtime.recolor.own_strands import read_strands
from realtime.recolor.recolor import Recolorer
from realtime.settings import TrackerSettings
from realtime.tracking.face_tracker import FaceTracker

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


@dataclass(frozen=True)
class Swatch:
    """Generated hair on a plain ground: a disc of vertical strands on black level ``lightness``."""

    rgb: U8
    face: Face
    analysis: FrameAnalysis
    hair: npt.NDArray[np.bool_]


def swatch(portrait: Portrait, lightness: float, spread: float, white: float = 0.0) -> Swatch:
    """Hair of mean L* ``lightness``, ``spread`` about it, ``white``: share of unpigmented strands."""
    random = np.random.default_rng(2)
    height, width = portrait.rgb.shape[:2]
    shape = portrait.analysis.hair.alpha.shape
    strands = random.normal(0.0, spread, (1, width)) + random.normal(0.0, 0.15 * spread, (height, width))
    strands = cv2.GaussianBlur(strands, (0, 0), 0.8) * 1.6
    level = np.clip(lightness + strands, 2.0, 97.0)
    level[:, random.random(width) < white] = 78.0
    x, y = portrait.face.pose.translation
    rows, columns = np.mgrid[:height, :width]
    disc = (columns - x) ** 2 + (rows - y + 40.0) ** 2 < 75.0**2
    lab = np.dstack([np.where(disc, level, 70.0), np.where(disc, 1.0, 0.0), np.where(disc, 1.5, -6.0)])
    rgb = np.rint(255.0 * linear_to_srgb(lab_to_linear(lab))).astype(np.uint8)
    small = cv2.resize(disc.astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA)
    factor = shape[1] / width
    near = moved_face(portrait.face, factor)
    coarse = np.asarray(cv2.resize(rgb, shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    analysis = replace(
        portrait.analysis,
        hair=replace(portrait.analysis.hair, alpha=small),
        strands=read_strands(coarse, small, near),
        face=portrait.face,
    )
    # The middle of a face is never taken for hair, whatever the matte says.
    inner = cv2.erode(disc.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    above = rows < portrait.face.landmarks[10, 1] - 4.0
    return Swatch(rgb, replace(portrait.face, light=Light()), analysis, inner & above)


def dyed(sample: Swatch, look: Look) -> U8:
    out = sample.rgb.copy()
    color = look.hair_color()
    rect = Recolorer().apply(out, sample.face, sample.analysis, color, look.dye, look.coverage)
    assert rect is not None
    return out


@pytest.mark.parametrize("lightness", [10.0, 35.0, 65.0])
@pytest.mark.parametrize("color", ["N1", "N5", "N10", "F2", "F4", "F5", "X4", "X6", "X7"])
def test_any_hair_takes_any_colour(portrait: Portrait, lightness: float, color: str) -> None:
    sample = swatch(portrait, lightness, 0.2 * lightness)
    mean = mean_lab(dyed(sample, Look(color=color)), sample.hair)
    ends = lab_to_linear(np.array([PALETTE[color].root, PALETTE[color].tip]))
    ramp = [linear_to_lab(ends[0] + t * (ends[1] - ends[0])) for t in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert min(delta_e(mean, target) for target in ramp) <= 6.0


@pytest.mark.parametrize("color", ["N5", "N10", "F4", "X4", "X7"])
def test_dye_without_bleach_never_lightens(portrait: Portrait, color: str) -> None:
    sample = swatch(portrait, 12.0, 4.0)
    out = dyed(sample, Look(color=color, dye="realistic"))
    before, after = (
        linear_to_lab(srgb_to_linear(rgb[sample.hair] / 255.0))[:, 0] for rgb in (sample.rgb, out)
    )
    assert (after - before).max() < 1.5


def test_dye_without_bleach_shows_warm_colours_more_than_cold_ones(portrait: Portrait) -> None:
    sample = swatch(portrait, 18.0, 4.0)

    def chroma(color: str) -> float:
        mean = mean_lab(dyed(sample, Look(color=color, dye="realistic")), sample.hair)
        return float(np.hypot(mean[1], mean[2]))

    assert chroma("X7") > 1.5 * chroma("X4")


def test_grey_hairs_take_the_colour_as_far_as_they_are_covered(portrait: Portrait) -> None:
    sample = swatch(portrait, 20.0, 3.0, white=0.12)
    grey = sample.hair & (linear_to_lab(srgb_to_linear(sample.rgb / 255.0))[..., 0] > 70.0)
    levels = [
        mean_lab(dyed(sample, Look(color="N2", coverage=coverage)), grey)[0] for coverage in (0.0, 0.5, 1.0)
    ]
    assert levels[0] > 60.0
    assert levels[0] > levels[1] + 5.0 > levels[2] + 10.0


def test_two_tone_divides_own_hair_at_the_middle_of_the_head(portrait: Portrait) -> None:
    sample = swatch(portrait, 20.0, 4.0)
    out = dyed(sample, Look(color="X4", tip="X7", gradient="two-tone"))
    columns = np.arange(out.shape[1])[None, :] - sample.face.pose.translation[0]
    unit = sample.face.pose.scale
    left, right = (
        mean_lab(out, sample.hair & side) for side in (columns > 3.5 * unit, columns < -3.5 * unit)
    )
    assert left[1] > 30.0
    assert right[2] < -15.0


def test_highlights_on_own_hair_are_locks_of_the_second_colour(portrait: Portrait) -> None:
    sample = swatch(portrait, 15.0, 3.0)
    out = dyed(sample, Look(color="N2", tip="N9", gradient="highlights"))
    light = linear_to_lab(srgb_to_linear(out[sample.hair] / 255.0))[:, 0] > 40.0
    assert 0.1 < light.mean() < 0.5


def test_ombre_on_own_hair_leaves_its_top(portrait: Portrait) -> None:
    sample = swatch(portrait, 15.0, 3.0)
    plain, ombre = (
        dyed(sample, Look(color="N2", tip="F4", gradient=gradient)) for gradient in ("highlights", "ombre")
    )
    top = sample.hair & (np.arange(ombre.shape[0])[:, None] < sample.face.pose.translation[1] - 95.0)
    assert mean_lab(ombre, top)[0] < mean_lab(plain, top)[0] - 2.0


def test_skin_beside_recoloured_hair_stays(portrait: Portrait) -> None:
    """The change of skin within 1.5 cm of the hair, against that of the hair: at most 4 %."""
    out = recolored(portrait, "N1")
    alpha = cv2.warpAffine(
        portrait.analysis.hair.alpha, portrait.analysis.to_frame, portrait.rgb.shape[1::-1]
    )
    reach = round(1.5 * portrait.face.pose.scale)
    near = cv2.dilate((alpha > 0.5).astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    face = np.zeros(alpha.shape, np.uint8)
    cv2.fillPoly(face, [np.rint(portrait.face.landmarks[OVAL, :2]).astype(np.int32)], (1,))
    skin = (face > 0) & near & (alpha < 0.03)
    assert skin.sum() > 100
    change = np.abs(srgb_to_linear(out / 255.0) - srgb_to_linear(portrait.rgb / 255.0)).mean(axis=-1)
    assert change[skin].mean() <= 0.04 * change[portrait.hair].mean()


def test_no_rim_of_dark_hair_stays_on_a_bright_ground(portrait: Portrait) -> None:
    sample = swatch(portrait, 8.0, 2.0)
    out = dyed(sample, Look(color="N10"))
    rows, columns = np.mgrid[: out.shape[0], : out.shape[1]]
    x, y = sample.face.pose.translation
    radius = np.hypot(columns - x, rows - y + 40.0)
    rim = (np.abs(radius - 75.0) < 3.0) & (rows < sample.face.landmarks[10, 1] - 4.0)
    assert linear_to_lab(srgb_to_linear(out[rim] / 255.0))[:, 0].min() > 35.0


def test_painted_locks_stay_on_the_head_when_it_moves(portrait: Portrait) -> None:
    sample = swatch(portrait, 15.0, 3.0)
    look = Look(color="N2", tip="N9", gradient="highlights")
    shift = np.array([10.0, 6.0, 0.0], np.float32)
    moved = np.roll(sample.rgb, (6, 10), axis=(0, 1))
    pose = replace(sample.face.pose, translation=sample.face.pose.translation + shift[:2])
    marks = sample.face.landmarks + shift
    later = replace(sample, rgb=moved, face=replace(sample.face, pose=pose, landmarks=marks))
    here = dyed(sample, look)[sample.hair].astype(float)
    there = np.roll(dyed(later, look), (-6, -10), axis=(0, 1))[sample.hair].astype(float)
    assert np.abs(here - there).mean() < 2.0
