"""Groom files are read strictly: what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.errors import GroomError, UnknownStyleError
from engines.palette import PALETTE
from engines.strands.groom_file import GROOM_FOLDER, STYLE_ORDER, list_styles, load_groom, read_groom

_GOOD = (GROOM_FOLDER / "pixie.toml").read_text(encoding="utf-8")


def _broken(folder: Path, old: str, new: str) -> Path:
    assert old in _GOOD
    path = folder / "pixie.toml"
    path.write_text(_GOOD.replace(old, new, 1), encoding="utf-8")
    return path


def _line(key: str) -> str:
    """The line of the good file that sets ``key``."""
    return next(line for line in _GOOD.splitlines() if line.startswith(f"{key} ="))


def test_the_gallery_lists_every_file_in_the_order_of_the_design() -> None:
    ids = [style.id for style in list_styles()]
    assert ids == [style_id for style_id in STYLE_ORDER if style_id in ids]
    assert set(ids) == {path.stem for path in GROOM_FOLDER.glob("*.toml")}
    assert {
        "long-straight", "long-wavy", "c-curl-bob", "full-bang-bob", "pixie", "two-block", "center-part-perm",
        "afro",
    } <= set(ids)  # fmt: skip


@pytest.mark.parametrize("style", list_styles(), ids=lambda style: style.id)
def test_a_style_has_names_tags_and_a_colour(style) -> None:  # type: ignore[no-untyped-def]
    assert style.name_en
    assert any("가" <= letter <= "힣" for letter in style.name_ko)
    assert style.tags
    assert style.default_color in PALETTE
    assert 0 <= style.removal <= 3


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(UnknownStyleError):
        load_groom("beehive")
    with pytest.raises(UnknownStyleError):
        load_groom("../../pyproject")


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pixie.toml"
    path.write_text(_GOOD, encoding="utf-8")
    assert read_groom(path) == load_groom("pixie")


@pytest.mark.parametrize(
    ("key", "line", "named"),
    [
        ("gravity", "gravity = 7.0", "fall.gravity must be from"),
        ("gravity", 'gravity = "strong"', "fall.gravity must be a number"),
        ("gravity", "gravity = nan", "fall.gravity must be a number"),
        ("gravity", "gravity = true", "fall.gravity must be a number"),
        ("gravity", "", "fall.gravity is missing"),
        ("gravity", "gravitation = 0.3", "fall.gravitation is unknown"),
        ("count", "count = 12000.5", "strands.count must be a whole number"),
        ("default_color", 'default_color = "N99"', "style.default_color must be a colour id"),
        ("tags", 'tags = "short"', "style.tags must be a list"),
        ("name_ko", "name_ko = 3", "style.name_ko must be a text"),
        ("removal", "removal = 4", "style.removal must be from"),
    ],
)
def test_a_broken_parameter_is_named(tmp_path: Path, key: str, line: str, named: str) -> None:
    with pytest.raises(GroomError, match=r"pixie\.toml") as raised:
        read_groom(_broken(tmp_path, _line(key), line))
    assert named in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[comb]", "[combs]", "combs is unknown"),
        ("[comb]", "[comb", "cannot be read as TOML"),
        ("[style]", "ends = 1\n[style]", "ends must be a section"),
    ],
)
def test_a_broken_section_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(GroomError, match=r"pixie\.toml") as raised:
        read_groom(_broken(tmp_path, old, new))
    assert named in str(raised.value)


def test_a_missing_section_is_named(tmp_path: Path) -> None:
    start, end = _GOOD.index("[waves]"), _GOOD.index("[surface]")
    path = tmp_path / "pixie.toml"
    path.write_text(_GOOD[:start] + _GOOD[end:], encoding="utf-8")
    with pytest.raises(GroomError, match=r"section \[waves\] is missing"):
        read_groom(path)


def test_a_missing_file_is_an_error_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(GroomError, match=r"nothing\.toml"):
        read_groom(tmp_path / "nothing.toml")


@pytest.mark.parametrize("both", [False, True])
def test_gathered_hair_needs_either_a_tail_or_a_bun(tmp_path: Path, both: bool) -> None:
    def section(style: str, name: str) -> str:
        text = (GROOM_FOLDER / f"{style}.toml").read_text(encoding="utf-8")
        start = text.index(f"[{name}]")
        return text[start : text.index("\n[", start) + 1]

    parts = [section("high-ponytail", "gathered")]
    if both:
        parts += [section("high-ponytail", "tail"), section("low-bun", "bun")]
    path = tmp_path / "pixie.toml"
    path.write_text(_GOOD + "\n" + "".join(parts), encoding="utf-8")
    with pytest.raises(GroomError, match=r"either \[tail\] or \[bun\]"):
        read_groom(path)


@pytest.mark.parametrize("style", list_styles(), ids=lambda style: style.id)
def test_tags_say_length_texture_and_who_asks_for_it(style) -> None:  # type: ignore[no-untyped-def]
    tags = set(style.tags)
    assert len(tags & {"short", "medium", "long"}) == 1
    assert tags & {"straight", "c-curl", "wavy", "curly", "coily", "braids"}
    assert tags & {"women", "men", "unisex"}
    assert ("fringe" in tags) == (load_groom(style.id).fringe is not None)
