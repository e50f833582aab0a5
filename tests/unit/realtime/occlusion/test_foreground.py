"""Hats get a sentence once and no hair; what is in front is put back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from engines.quality import Quality
from realtime.analysis import FrameAnalysis
from realtime.frame_pass import FramePass
from realtime.matte.hair_matte import HairMatte
from realtime.occlusion.foreground import Foreground, restore
from realtime.occlusion.occluder import Occluder
from realtime.rect import Rect
from tests.unit.realtime.composite.test_compositor import analysis_of, noise_frame
from tests.unit.synthetic_head import face_at

U8 = npt.NDArray[np.uint8]
FRAME = noise_frame(160, 120)
ANALYSIS = analysis_of(face_at(80.0, 60.0, 4.0, (160, 120)), FRAME, 0.0, 0.0, (0, 0, 0, 0))


def with_cloth(cloth: float) -> FrameAnalysis:
    return replace(ANALYSIS, hair=HairMatte(ANALYSIS.hair.alpha, cloth))


def codes(foreground: Foreground, cloth: float) -> tuple[bool, list[str]]:
    frame = FramePass(FRAME.copy(), FRAME, 0.0)
    covered = foreground.covers(frame, with_cloth(cloth))
    return covered, [notice.code for notice in frame.notices]


def test_a_covered_crown_is_told_once_and_a_bare_one_never() -> None:
    foreground = Foreground()
    assert codes(foreground, 0.4) == (False, [])
    assert codes(foreground, 0.9) == (True, ["covered-hair"])
    assert codes(foreground, 0.4) == (True, [])
    assert codes(foreground, 0.1) == (False, [])
    assert codes(foreground, 0.9) == (True, ["covered-hair"])


def test_a_doubtful_cover_is_looked_at_twice() -> None:
    foreground = Foreground()
    assert codes(foreground, 0.55) == (False, [])
    assert codes(foreground, 0.1) == (False, [])
    assert codes(foreground, 0.55) == (False, [])
    assert codes(foreground, 0.55) == (True, ["covered-hair"])


def test_without_an_analysis_nothing_is_covered_and_nothing_in_front() -> None:
    frame = FramePass(FRAME.copy(), FRAME, 0.0)
    face = face_at(80.0, 60.0, 4.0, (160, 120))
    assert not Foreground().covers(frame, None)
    assert Foreground().at(frame, face, None, 1) is None


def test_hands_are_looked_for_as_often_as_asked_and_always_once_there() -> None:
    foreground = Foreground()
    looked: list[int] = []
    hand: list[Occluder | None] = [None]

    class Hands:
        @property
        def suspects(self) -> bool:
            return looked[-1] == 3

        def at(self, *_: object) -> Occluder | None:
            looked.append(index)
            return hand[0]

    foreground._tracker = Hands()  # type: ignore[assignment]
    for index in range(12):
        if index == 5:
            hand[0] = Occluder(np.full((2, 2), 255, np.uint8), Rect(0, 0, 2, 2))
        if index == 9:
            hand[0] = None
        frame = FramePass(FRAME.copy(), FRAME, 0.0, quality=Quality(hands=3))
        foreground.at(frame, ANALYSIS.face, ANALYSIS, 1)
    assert looked == [0, 3, 4, 7, 8, 9]


@pytest.mark.parametrize("share", [0, 128, 255])
def test_what_is_in_front_is_put_back_by_its_share(share: int) -> None:
    drawn = np.zeros_like(FRAME)
    restore(drawn, FRAME, Occluder(np.full((20, 30), share, np.uint8), Rect(40, 50, 70, 70)))
    inside = drawn[50:70, 40:70].astype(float)
    assert np.abs(inside - FRAME[50:70, 40:70] * (share / 255.0)).max() <= 1.0
    drawn[50:70, 40:70] = 0
    assert not drawn.any()
    restore(drawn, FRAME, None)
    assert not drawn.any()
