"""What a client may ask for."""

from typing import Any

import pytest

from engines.errors import LookError, UnknownColorError, UnknownStyleError
from engines.look import Look
from engines.palette import PALETTE

STYLES = frozenset({"own", "pixie"})


def test_changes_apply_and_the_rest_stays() -> None:
    look = Look("pixie", "N5", length=0.9).updated({"color": "#102030", "volume": 1.2}, STYLES)
    assert look == Look("pixie", "#102030", length=0.9, volume=1.2)


def test_shape_forgets_colours_only() -> None:
    look = Look(
        "pixie",
        "N5",
        "F5",
        curl=1.5,
        gradient="ombre",
        gloss=0.5,
        dye="realistic",
        coverage=0.7,
        fringe="full",
    )
    assert look.shape == Look("pixie", curl=1.5, fringe="full")


def test_tip_overrides_the_colours_own() -> None:
    color = Look("pixie", "N1", "F5").hair_color()
    assert color.root == PALETTE["N1"].root
    assert color.tip == PALETTE["F5"].tip


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "N1"},
        {"length": "long"},
        {"length": 0.5},
        {"length": 2},
        {"volume": float("nan")},
        {"curl": True},
        {"curl": None},
        {"part": "middle"},
        {"part": 1},
        {"part": ["left"]},
        {"density": 0.5},
        {"fringe": "bangs"},
        {"gradient": None},
        {"gloss": 1.6},
        {"dye": "paint"},
        {"coverage": -0.1},
        {"style": 3},
        {"style": None},
        {"color": 5},
        {"tip": ["N1"]},
        {"style": {"id": "pixie"}},
    ],
)
def test_bad_values_are_named(changes: dict[str, Any]) -> None:
    with pytest.raises(LookError) as caught:
        Look().updated(changes, STYLES)
    assert next(iter(changes)) in str(caught.value)


def test_unknown_style_and_colour() -> None:
    with pytest.raises(UnknownStyleError):
        Look().updated({"style": "mohawk"}, STYLES)
    with pytest.raises(UnknownColorError):
        Look().updated({"color": "N99"}, STYLES)
    with pytest.raises(UnknownColorError):
        Look().updated({"tip": "red"}, STYLES)


def test_refused_changes_leave_the_look_as_it_was() -> None:
    look = Look("pixie", "N5")
    with pytest.raises(LookError):
        look.updated({"color": "N1", "length": 9}, STYLES)
    assert look == Look("pixie", "N5")


def test_long_garbage_is_not_echoed_whole() -> None:
    with pytest.raises(UnknownStyleError) as caught:
        Look().updated({"style": "x" * 4000}, STYLES)
    assert len(str(caught.value)) < 200
