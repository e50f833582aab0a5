"""Colours and their conversions."""

import numpy as np
import pytest

from engines.errors import UnknownColorError
from engines.palette import (
    PALETTE,
    lab_to_linear,
    linear_to_lab,
    linear_to_srgb,
    resolve_color,
    srgb_to_linear,
    to_hex,
)


@pytest.mark.parametrize(
    ("color", "root", "tip"),
    [
        ("N1", "#221F1E", "#272322"),
        ("N5", "#5A4537", "#6A4F3C"),
        ("N10", "#C6B495", "#DBCDB3"),
        ("F1", "#1F2228", "#1E2837"),
        ("F4", "#8A472A", "#C0622D"),
        ("F6", "#67507A", "#A48CBF"),
    ],
)
def test_swatches_look_as_designed(color: str, root: str, tip: str) -> None:
    for wanted, lab in ((root, PALETTE[color].root), (tip, PALETTE[color].tip)):
        got = to_hex(lab)
        assert all(abs(int(got[i : i + 2], 16) - int(wanted[i : i + 2], 16)) <= 1 for i in (1, 3, 5)), got


def test_required_colours_are_there() -> None:
    assert set(PALETTE) == {f"N{i}" for i in range(1, 11)} | {f"F{i}" for i in range(1, 7)} | {
        f"X{i}" for i in range(1, 9)
    }


def test_lab_round_trip() -> None:
    rgb = np.random.default_rng(0).random((200, 3))
    np.testing.assert_allclose(lab_to_linear(linear_to_lab(rgb)), rgb, atol=1e-5)


def test_srgb_round_trip_and_known_points() -> None:
    values = np.linspace(0.0, 1.0, 256)
    np.testing.assert_allclose(linear_to_srgb(srgb_to_linear(values)), values, atol=1e-6)
    assert srgb_to_linear(0.5) == pytest.approx(0.21404, abs=1e-4)


def test_hex_code_becomes_an_even_colour() -> None:
    color = resolve_color("#8a472a")
    assert to_hex(color.root) == to_hex(color.tip) == "#8A472A"


@pytest.mark.parametrize("color", ["", "N0", "8A472A", "#8A472", "#8A472AA", "#GGGGGG", "rgb(1,2,3)", "n5"])
def test_other_texts_are_refused(color: str) -> None:
    with pytest.raises(UnknownColorError, match="RRGGBB"):
        resolve_color(color)


def test_lighter_and_vivid_colours_need_more_bleach() -> None:
    lifts = [PALETTE[f"N{level}"].lift for level in range(1, 11)]
    assert lifts[:2] == [0, 0]
    assert lifts[4] == 3
    assert lifts[9] == 8
    assert lifts == sorted(lifts)
    assert min(PALETTE[color].lift for color in ("F5", "F6", "X3", "X5")) >= 7
    assert PALETTE["F1"].lift == 0
