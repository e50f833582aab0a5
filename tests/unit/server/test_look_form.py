"""What a form says about a look."""

from __future__ import annotations

import pytest

from engines.look import OWN_STYLE
from engines.reference.reference import ReferenceColors
from server.errors import RequestError
from server.photo.look_form import LookForm
from server.uploads.form import Form

STYLES = frozenset({"pixie", "afro"})
COLORS = ReferenceColors("#112233", tip="#445566", gradient="ombre", gloss=0.5)


def form(texts: dict[str, str], files: dict[str, bytes] | None = None) -> LookForm:
    return LookForm.of(Form(texts, files or {}), STYLES)


def test_the_mode_says_what_counts() -> None:
    texts = {"style": "pixie", "color": "F5", "tip": "N1", "gloss": "0.5"}
    both = form(texts).look(STYLES, None)
    assert (both.style, both.color, both.tip, both.gloss) == ("pixie", "F5", "N1", 0.5)
    shape = form({"mode": "shape", **texts}).look(STYLES, None)
    assert (shape.style, shape.color, shape.tip, shape.gloss) == ("pixie", None, None, 1.0)
    color = form({"mode": "color", **texts}).look(STYLES, None)
    assert (color.style, color.color, color.tip) == (OWN_STYLE, "F5", "N1")


def test_hair_of_a_photo_brings_its_colour_unless_another_is_asked_for() -> None:
    assert form({"shape": "lent"}).color == "lent"
    assert form({"shape": "lent", "mode": "shape"}).color is None
    assert form({"shape": "lent", "color": "F5"}).color is None
    assert form({"shape": "lent", "color_reference": "other"}).color == "other"
    assert form({}, {"shape": b"jpeg"}).color == b"jpeg"
    only_color = form({"mode": "color"}, {"shape": b"jpeg"})
    assert (only_color.shape, only_color.color) == (None, b"jpeg")


def test_a_photos_colours_and_nearest_style_come_into_the_look() -> None:
    look = form({"shape": "lent"}).look(STYLES, COLORS, "afro")
    assert (look.style, look.color, look.tip, look.gradient) == ("afro", "#112233", "#445566", "ombre")
    assert form({"shape": "lent"}).look(STYLES, None, "no-such-style").style in STYLES


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"mode": "shape", "color": "F5"},
        {"mode": "all", "style": "pixie"},
        {"style": "pixie", "length": "long"},
        {"style": "pixie", "length": "nan"},
        {"style": "mohawk"},
        {"style": "pixie", "face": "-1"},
        {"style": "pixie", "face": "²"},
        {"style": "pixie", "color": "blue"},
    ],
)
def test_what_is_no_look_is_refused_with_a_sentence(texts: dict[str, str]) -> None:
    with pytest.raises(RequestError) as raised:
        form(texts)
    assert str(raised.value).endswith(".")
    assert 400 <= raised.value.status < 500
