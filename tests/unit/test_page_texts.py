"""The page's texts and markup, checked without a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from engines.errors import LookError
from engines.look import OWN_STYLE, Dye, Fringe, Gradient, Look, Part

_STATIC = Path(__file__).resolve().parents[2] / "static"
_TEXTS = {code: (_STATIC / "i18n" / f"{code}.js").read_text("utf-8") for code in ("en", "ko")}
_PAGE = (_STATIC / "index.html").read_text("utf-8")
_LATENCY = (_STATIC / "latency.html").read_text("utf-8")
_STYLES = frozenset({OWN_STYLE})
_SCRIPTS = "\n".join(path.read_text("utf-8") for path in sorted((_STATIC / "js").rglob("*.js")))


def _keys(code: str) -> set[str]:
    return set(re.findall(r'^  "([\w.-]+)":', _TEXTS[code], re.MULTILINE))


def test_both_languages_have_the_same_texts() -> None:
    assert _keys("en") == _keys("ko")


def test_every_text_of_the_markup_exists() -> None:
    wanted = set(re.findall(r'data-i18n(?:-label)?="([^"]+)"', _PAGE + _LATENCY))
    assert wanted
    assert wanted <= _keys("en")


def test_every_error_has_a_sentence() -> None:
    codes = set(re.findall(r'PageError\("([\w-]+)"', _SCRIPTS))
    codes |= set(re.findall(r'Error: "([\w-]+)"', _SCRIPTS))
    assert {"camera-refused", "camera-missing", "camera-busy", "connection-lost"} <= codes
    assert {f"error.{code}" for code in codes} <= _keys("en")


def test_every_choice_that_a_look_has_can_be_made_and_has_a_name() -> None:
    fields = (_STATIC / "js" / "look" / "look_fields.js").read_text("utf-8")
    for name, values in (("fringe", Fringe), ("part", Part), ("gradient", Gradient), ("dye", Dye)):
        offered = re.search(rf"^  {name}: \[(.*)\],$", fields, re.MULTILINE)
        assert offered, name
        assert re.findall(r'"([\w-]+)"', offered[1]) == list(get_args(values))
        assert {f"look.{name}", *(f"{name}.{value}" for value in get_args(values))} <= _keys("en")


def test_sliders_go_as_far_as_a_look() -> None:
    fields = (_STATIC / "js" / "look" / "look_fields.js").read_text("utf-8")
    sliders = re.findall(r"^  (\w+): \[([\d.]+), ([\d.]+)\],$", fields, re.MULTILINE)
    assert {name for name, _, _ in sliders} <= set(re.findall(r'<input type="range" id="(\w+)"', _PAGE))
    assert {name for name, _, _ in sliders} >= {"length", "volume", "density", "curl", "gloss", "coverage"}
    for name, low, high in sliders:
        for value in (float(low), float(high)):
            assert getattr(Look().updated({name: value}, _STYLES), name) == value
        for value in (float(low) - 0.01, float(high) + 0.01):
            with pytest.raises(LookError):
                Look().updated({name: value}, _STYLES)


def test_what_the_mirror_asks_for_has_a_sentence() -> None:
    assert {"notice.covered-hair", "notice.lean", "notice.no-face"} <= _keys("en")


def test_placeholders_are_the_same_in_both_languages() -> None:
    for key in _keys("en"):
        placeholders = [set(re.findall(r"\{(\w+)\}", _value(_TEXTS[code], key))) for code in ("en", "ko")]
        assert placeholders[0] == placeholders[1], key


@pytest.mark.parametrize(
    "forbidden", [r"\sstyle=", r"\son\w+=", r"<style", r"<script(?![^>]*\ssrc=)", r"https?://"]
)
def test_the_content_policy_finds_nothing_to_refuse(forbidden: str) -> None:
    assert not re.search(forbidden, _PAGE)


def test_elements_that_scripts_rely_on_are_there() -> None:
    wanted = "consent start stop local-video remote-video compare snapshot stats language upload-photo error"
    assert {*wanted.split(), "privacy", "four"} <= set(re.findall(r'data-testid="([\w-]+)"', _PAGE))


def _value(texts: str, key: str) -> str:
    match = re.search(rf'^  "{re.escape(key)}":\s*("(?:[^"\\]|\\.)*")', texts, re.MULTILINE)
    assert match, key
    return match[1]
