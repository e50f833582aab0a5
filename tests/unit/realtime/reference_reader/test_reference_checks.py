"""Hair of which parts were not found."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engines.light import Light
from realtime.reference_reader.errors import ReferenceTornError
from realtime.reference_reader.hair_view import HairView
from realtime.reference_reader.reference_checks import check_hair, solidity
from realtime.reference_reader.upright_cut import UprightCut
from tests.unit.synthetic_head import face_at

SIZE = (480, 480)
FACE = face_at(240.0, 240.0, 10.0, SIZE)
LIGHT = Light()


def view_of(*flowers: tuple[int, int]) -> HairView:
    """An afro, with ``flowers`` (x, y) before it."""
    hair = np.zeros(SIZE[::-1], np.float32)
    cv2.circle(hair, (240, 190), 150, (1.0,), -1)
    cv2.ellipse(hair, (240, 250), (75, 100), 0.0, 0.0, 360.0, (0.0,), -1)
    for x, y in flowers:
        cv2.circle(hair, (x, y), 60, (0.0,), -1)
    cut = UprightCut(np.zeros((*SIZE[::-1], 3), np.uint8), np.ones(SIZE[::-1], bool), FACE, ())
    return HairView(cut, np.ones_like(hair), hair, 0.0)


def test_whole_hair_is_solid() -> None:
    assert solidity(view_of()) > 0.95
    check_hair(view_of(), LIGHT)


def test_hair_with_gaps_is_refused_with_the_reason() -> None:
    torn = view_of((350, 100), (130, 100))
    assert solidity(torn) < 0.85
    with pytest.raises(ReferenceTornError, match="plain background"):
        check_hair(torn, LIGHT)


def test_a_gap_within_hair_is_none_of_its_outline() -> None:
    assert solidity(view_of((240, 110))) == pytest.approx(solidity(view_of()), abs=0.01)
