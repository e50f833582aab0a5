"""Colours read from photos, against those that the hair was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from skimage.color import deltaE_ciede2000

from engines.face import Face
from engines.palette import PALETTE, HairColor, Lab, linear_to_srgb, resolve_color, srgb_to_linear
from engines.reference.reference import ReferenceColors
from realtime.analysis import FrameAnalysis, FrameAnalyzer
from realtime.recolor.hair_tones import HairTones, read_tones
from realtime.recolor.recolor import Recolorer
from realtime.reference_reader.hair_colors import name_colors
from realtime.reference_reader.reference_reader import ReferenceReader
from realtime.settings import TrackerSettings
from realtime.tracking.face_tracker import FaceTracker
from tests.unit.long_hair import draw_long_hair
from tests.unit.synthetic_head import face_at
from tools.clips import astronaut

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_LIGHTS = {"as it is": (1.0, 1.0, 1.0), "dim": (0.6, 0.6, 0.6), "warm": (1.15, 1.0, 0.8)}


@pytest.fixture(scope="module")
def seen() -> tuple[Face, FrameAnalysis]:
    tracker, analyzer = FaceTracker(TrackerSettings()), FrameAnalyzer()
    face = [tracker.track(astronaut(), index * 0.5) for index in range(3)][-1]
    assert face is not None
    analysis = analyzer.analyze(astronaut(), face)
    tracker.close()
    analyzer.close()
    return replace(face, light=analysis.light), analysis


@pytest.fixture(scope="module")
def reader() -> Iterator[ReferenceReader]:
    reader = ReferenceReader()
    yield reader
    reader.close()


def _difference(colors: ReferenceColors, color: HairColor) -> float:
    """Of what was read at the roots to the middle of ``color``."""
    middle = np.mean([color.root, color.tip], axis=0)
    return float(deltaE_ciede2000(np.array(resolve_color(colors.color).root), middle))  # type: ignore[no-untyped-call]


def test_the_colour_a_portrait_was_given_is_read_back(
    reader: ReferenceReader, seen: tuple[Face, FrameAnalysis]
) -> None:
    differences = {}
    for name in ("N2", "N5", "N8", "F3", "F5"):
        picture = astronaut()
        Recolorer().apply(picture, *seen, PALETTE[name])
        for light, gain in _LIGHTS.items():
            lit = linear_to_srgb(srgb_to_linear(picture / 255.0) * gain)
            read = reader.read(np.rint(255.0 * lit).astype(np.uint8)).colors
            differences[name, light] = _difference(read, PALETTE[name])
    assert np.median(list(differences.values())) < 6.0, differences
    assert max(differences.values()) < 16.0, differences


def _tones(roots: Lab, tips: Lab, detail: float, *, halves: bool = False) -> HairTones:
    """Long hair from ``roots`` to ``tips``, or of these on its two sides, whose L* varies by ``detail``."""
    face = face_at(160.0, 110.0, 8.0, (320, 360))
    picture, _, _, alpha = draw_long_hair(face)
    tones = read_tones(picture, alpha, face, np.ones(3))
    assert tones is not None
    share = (tones.x > 0.0) if halves else tones.along
    pixels = np.array(roots) + share[:, None] * np.subtract(tips, roots)
    pixels[:, 0] += detail * np.random.default_rng(1).normal(size=len(pixels))
    return replace(tones, pixels=pixels.astype(np.float32))


BROWN, BLONDE, BLUE = (25.0, 6.0, 10.0), (60.0, 6.0, 24.0), (35.0, 5.0, -35.0)


def test_hair_of_one_colour_has_no_second_one() -> None:
    assert name_colors(_tones(BROWN, BROWN, 5.0)).tip is None
    # What hangs is darker than what lies on the crown.
    assert name_colors(_tones((45.0, 7.0, 18.0), (40.0, 7.0, 18.0), 5.0)).gradient == "plain"


@pytest.mark.parametrize(("tips", "gradient"), [(BLONDE, "ombre"), ((35.0, 8.0, 16.0), "plain")])
def test_lighter_tips_are_found(tips: Lab, gradient: str) -> None:
    colors = name_colors(_tones(BROWN, tips, 4.0))
    assert colors.gradient == gradient
    assert colors.tip is not None
    ends = [resolve_color(color).root for color in (colors.color, colors.tip)]
    for read, given in zip(ends, (BROWN, tips), strict=True):
        assert float(deltaE_ciede2000(np.array(read), np.array(given))) < 6.0  # type: ignore[no-untyped-call]


def test_two_halves_are_told_by_their_hue_and_not_by_light_from_one_side() -> None:
    colors = name_colors(_tones(BROWN, BLUE, 3.0, halves=True))
    assert colors.gradient == "two-tone"
    assert resolve_color(colors.color).root[2] > 5.0 > resolve_color(str(colors.tip)).root[2]
    lit = name_colors(_tones(BROWN, (40.0, 7.0, 14.0), 3.0, halves=True))
    assert lit.gradient == "plain"


def test_painted_locks_are_found_and_named_after_the_lighter_ones() -> None:
    tones = _tones(BROWN, BROWN, 3.0)
    locks = np.random.default_rng(2).random(len(tones.pixels)) < 0.4
    tones.pixels[locks] = BLONDE
    colors = name_colors(tones)
    assert colors.gradient == "highlights"
    assert resolve_color(str(colors.tip)).root[0] > 50.0 > 30.0 > resolve_color(colors.color).root[0]


def test_hair_that_shines_has_more_gloss() -> None:
    matte, shiny = _tones(BROWN, BROWN, 3.0), _tones(BROWN, BROWN, 3.0)
    glints = np.random.default_rng(3).random(len(shiny.pixels)) < 0.05
    shiny.pixels[glints, 0] += 30.0
    assert name_colors(shiny).gloss > 1.1 > 0.9 > name_colors(matte).gloss
