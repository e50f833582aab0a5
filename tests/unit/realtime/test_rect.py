"""Rectangles of whole pixels."""

from __future__ import annotations

import pytest

from realtime.rect import Rect


def test_a_part_outside_is_cut_off_and_nothing_left_is_empty() -> None:
    bounds = Rect(0, 0, 64, 48)
    assert Rect(-5, 10, 80, 20).within(bounds) == Rect(0, 10, 64, 20)
    assert Rect(70, 10, 80, 20).within(bounds).empty
    assert not bounds.empty


@pytest.mark.parametrize(("rect", "even"), [((1, 3, 5, 7), (0, 2, 6, 8)), ((2, 4, 6, 8), (2, 4, 6, 8))])
def test_it_grows_to_even_pixels(rect: tuple[int, int, int, int], even: tuple[int, int, int, int]) -> None:
    assert Rect(*rect).to_even() == even
