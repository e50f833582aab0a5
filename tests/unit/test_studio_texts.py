"""The texts of photos, videos, references and privacy, checked without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engines.errors import LiveHairError
from realtime.reference_reader import errors as refusals

_STATIC = Path(__file__).resolve().parents[2] / "static"
_SCRIPTS = {path.name: path.read_text("utf-8") for path in sorted((_STATIC / "js" / "studio").glob("*.js"))}
_ALL = "\n".join(_SCRIPTS.values())
_KEYS = set(re.findall(r'^  "([\w.-]+)":', (_STATIC / "i18n" / "en.js").read_text("utf-8"), re.MULTILINE))


def test_every_text_that_scripts_name_exists() -> None:
    wanted = set(re.findall(r'(?:i18n|label): "([\w.-]+)"', _ALL)) | set(
        re.findall(r'"(studio\.[\w.-]+)"', _ALL)
    )
    assert len(wanted) > 40
    assert wanted <= _KEYS


@pytest.mark.parametrize(
    "names", [("mode-shape", "mode-color", "mode-both"), ("sending", "working"), ("your-photo", "your-video")]
)
def test_texts_that_scripts_put_together_exist(names: tuple[str, ...]) -> None:
    assert {f"studio.{name}" for name in names} <= _KEYS


def test_everything_that_can_be_stored_has_a_name_and_a_route() -> None:
    routes = re.search(r"const ROUTES = \{(.*)\};", _SCRIPTS["privacy_panel.js"])
    assert routes
    kinds = re.findall(r"(\w+): ", routes[1])
    assert sorted(kinds) == ["photo", "reference", "video"]
    assert {f"studio.kind-{kind}" for kind in kinds} <= _KEYS


def test_every_error_of_the_page_has_a_sentence() -> None:
    calls = re.findall(r"new UploadError\((.*?)[,)]", _ALL)
    codes = {
        code
        for call in calls
        for code in re.findall(r'"([\w-]+)"', call.split("===")[0] + call.partition("?")[2])
    }
    assert {"file-type", "no-color", "server-unreachable"} <= codes
    assert all(f"studio.error.{code}" in _KEYS or f"error.{code}" in _KEYS for code in codes)


def test_every_refusal_of_a_reference_has_a_sentence_that_says_what_would_work() -> None:
    codes = {
        error.code
        for error in vars(refusals).values()
        if isinstance(error, type)
        and issubclass(error, LiveHairError)
        and error.code.startswith("reference-")
    }
    assert "reference-hat" in codes
    assert {
        f"studio.error.{code}" for code in codes - {"reference-several-faces", "reference-refused"}
    } <= _KEYS


def test_no_text_is_left_over() -> None:
    named = set(re.findall(r"[\w.-]+", _ALL + (_STATIC / "index.html").read_text("utf-8")))
    others = "\n".join(path.read_text("utf-8") for path in (_STATIC / "js").rglob("*.js"))
    composed = re.compile(r"studio\.(error\.|kind-|mode-|your-)|studio\.(sending|working)$")
    left = {key for key in _KEYS if key.startswith("studio.") and key not in named and key not in others}
    assert not {key for key in left if not composed.match(key)}
