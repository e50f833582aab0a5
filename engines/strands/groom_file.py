"""Groom files: one TOML file per style, read strictly."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

from engines.errors import GroomError, UnknownStyleError
from engines.gallery import Style
from engines.strands.groom import Groom
from engines.strands.groom_sections import read_section, read_tables, refuse_unknown

GROOM_FOLDER = Path(__file__).with_name("grooms")

STYLE_ORDER = (
    "long-straight", "long-wavy", "hush-cut", "mid-c-curl", "c-curl-bob", "blunt-bob", "hime-cut", "wolf-cut",
    "full-bang-bob", "hippie-perm", "natural-curly", "pixie", "high-ponytail", "low-bun", "two-block",
    "center-part-perm", "as-perm", "leaf-cut", "ivy-league", "french-crop", "buzz-cut", "slick-back", "afro",
    "box-braids",
)  # fmt: skip
"""The order of the gallery; a style without a file is left out."""


def load_groom(style_id: str) -> Groom:
    """The groom of a style.

    Raises:
        UnknownStyleError: there is no such style.
        GroomError: its file is broken; the message names the file and the parameter.
    """
    if style_id not in STYLE_ORDER or not (path := GROOM_FOLDER / f"{style_id}.toml").is_file():
        raise UnknownStyleError(style_id)
    return _cached(path)


def list_styles() -> tuple[Style, ...]:
    """The styles that have a groom file, in the order of the gallery.

    Raises:
        GroomError: a file is broken.
    """
    paths = (GROOM_FOLDER / f"{style_id}.toml" for style_id in STYLE_ORDER)
    return tuple(_cached(path).style for path in paths if path.is_file())


def read_groom(path: Path) -> Groom:
    """The groom in ``path``; the file's name without its ending is the style's id.

    Raises:
        GroomError: not TOML, or a section or parameter that is unknown, missing, of the wrong type or out of
            its range.
    """
    tables = read_tables(path)
    hints = get_type_hints(Groom)
    sections = {f.name: f for f in fields(Groom)}
    refuse_unknown(path, "", tables, sections)
    values: dict[str, Any] = {}
    for name, section in sections.items():
        if name in tables:
            extra = {"id": path.stem} if name == "style" else {}
            values[name] = read_section(path, name, tables[name], _plain(hints[name]), extra)
        elif section.default is MISSING:
            raise GroomError(f"{path.name}: section [{name}] is missing.")
    if "gathered" in values and ("tail" in values) == ("bun" in values):
        raise GroomError(f"{path.name}: section [gathered] goes with either [tail] or [bun].")
    return Groom(**values)


_cached = lru_cache(maxsize=64)(read_groom)


def _plain(hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        return next(kind for kind in get_args(hint) if kind is not type(None))
    return hint
