"""The wearer's own hair colour in hair whose colour nobody chose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest
from skimage.color import deltaE_ciede2000

from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.light import Light
from engines.look import Look
from engines.palette import linear_to_lab, resolve_color, srgb_to_linear
from engines.reference.reference import Reference, ReferenceColors
from realtime.analysis import FrameAnalysis
from realtime.matte.hair_matte import HairMatte
from realtime.recolor.own_color import OwnColor
from tests.unit.long_hair import draw_long_hair
from tests.unit.synthetic_head import HAIR, face_at

U8 = npt.NDArray[np.uint8]

PIXIE = Look("pixie")


def _frame(hair: tuple[int, int, int], light: float = 1.0, bald: bool = False) -> tuple[U8, FrameAnalysis]:
    """A head with long hair of one colour, and what an analysis finds there."""
    face = face_at(160.0, 110.0, 8.0, (320, 360))
    face = replace(face, light=Light(color=np.full(3, light, np.float32)))
    picture, _, person, alpha = draw_long_hair(face)
    picture[(picture == HAIR).all(axis=-1)] = hair
    matte = HairMatte(np.zeros_like(alpha) if bald else alpha)
    nothing = cast("Any", None)
    return picture, FrameAnalysis(face, face.light, person, matte, nothing, nothing, np.eye(2, 3))


def _apart(color: str | None, rgb: tuple[int, int, int]) -> float:
    assert color is not None
    seen = linear_to_lab(srgb_to_linear(np.array(rgb) / 255.0))
    return float(deltaE_ciede2000(np.array(resolve_color(color).root), seen))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    "hair", [(40, 30, 25), (100, 70, 45), (170, 140, 100), (150, 150, 150), (120, 40, 25)]
)
def test_drawn_hair_takes_the_colour_that_is_seen(hair: tuple[int, int, int]) -> None:
    own = OwnColor()
    own.observe(*_frame(hair), 1)
    assert _apart(own.filled(PIXIE).color, hair) < 6.0


def test_the_light_is_not_taken_for_the_hair() -> None:
    own = OwnColor()
    # What half the light makes of it.
    own.observe(*_frame((102, 73, 51), light=0.5), 1)
    assert _apart(own.filled(PIXIE).color, (140, 100, 70)) < 6.0


def test_a_chosen_colour_and_own_hair_stay_as_they_are() -> None:
    own = OwnColor()
    own.observe(*_frame((100, 70, 45)), 1)
    for look in (Look("pixie", "F3"), Look("own"), Look("ref-somebody")):
        assert own.filled(look) is look
    assert own.filled(Look("pixie", tip="F5")).tip == "F5"


def test_without_own_hair_the_style_s_colour_remains() -> None:
    own = OwnColor()
    assert own.filled(PIXIE) is PIXIE
    own.observe(*_frame((100, 70, 45), bald=True), 1)
    assert own.filled(PIXIE) is PIXIE


def test_without_own_hair_a_photo_s_hair_keeps_its_colours() -> None:
    nothing = np.zeros((4, 4), np.uint8)
    photo = Reference(
        np.zeros((4, 4, 3), np.uint8),
        nothing,
        np.zeros((478, 3), np.float32),
        HeadPose(np.eye(3), 1.0, np.zeros(2)),
        HeadShape(),
        ReferenceColors("#804020", "#C0A080", "ombre", 0.8),
        "pixie",
    )
    look = OwnColor().filled(replace(PIXIE, reference=photo))
    assert (look.color, look.tip, look.gradient, look.gloss) == ("#804020", "#C0A080", "ombre", 0.8)


def test_the_colour_holds_still_for_one_person_and_changes_with_the_next() -> None:
    own = OwnColor()
    own.observe(*_frame((100, 70, 45)), 1)
    first = own.filled(PIXIE)
    for step in range(20):
        own.observe(*_frame((100 + step % 3, 70, 45 + step % 2)), 1)
    assert own.filled(PIXIE) == first
    own.observe(*_frame((108, 74, 50)), 2)
    assert own.filled(PIXIE) == first
    own.observe(*_frame((190, 160, 120)), 3)
    assert own.filled(PIXIE) != first


def test_a_first_measurement_that_was_wrong_is_corrected_once() -> None:
    own = OwnColor()
    own.observe(*_frame((60, 45, 35)), 1)
    colors = [own.filled(PIXIE).color]
    for _ in range(12):
        own.observe(*_frame((110, 80, 55)), 1)
        colors.append(own.filled(PIXIE).color)
    assert len(set(colors)) == 2
    assert _apart(colors[-1], (110, 80, 55)) < 6.0
