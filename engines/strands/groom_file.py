"""Groom files: one TOML file per style, read strictly."""

from __future__ import annotations

import math
import tomllib
import types
from dataclasses import MISSING, Field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

from engines.errors import GroomError, UnknownStyleError
from engines.gallery import Style
from engines.palette import PALETTE
from engines.strands.groom import Groom

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
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GroomError(f"{path.name}: cannot be read as TOML ({error}).") from error
    hints = get_type_hints(Groom)
    sections = {f.name: f for f in fields(Groom)}
    _refuse_unknown(path, "", tables, sections)
    values: dict[str, Any] = {}
    for name, section in sections.items():
        if name in tables:
            extra = {"id": path.stem} if name == "style" else {}
            values[name] = _section(path, name, tables[name], _plain(hints[name]), extra)
        elif section.default is MISSING:
            raise GroomError(f"{path.name}: section [{name}] is missing.")
    if "gathered" in values and ("tail" in values) == ("bun" in values):
        raise GroomError(f"{path.name}: section [gathered] goes with either [tail] or [bun].")
    return Groom(**values)


_cached = lru_cache(maxsize=64)(read_groom)


def _section(path: Path, name: str, table: Any, kind: Any, extra: dict[str, Any]) -> Any:
    if not isinstance(table, dict):
        raise GroomError(f"{path.name}: {name} must be a section [{name}].")
    known = {f.name: f for f in fields(kind) if f.name not in extra}
    _refuse_unknown(path, f"{name}.", table, known)
    hints = get_type_hints(kind)
    values = dict(extra)
    for key, parameter in known.items():
        if key not in table:
            raise GroomError(f"{path.name}: {name}.{key} is missing.")
        values[key] = _checked(f"{path.name}: {name}.{key}", table[key], hints[key], parameter)
    return kind(**values)


def _checked(where: str, value: Any, kind: Any, parameter: Field[Any]) -> Any:
    if kind is str:
        if not isinstance(value, str) or not value:
            raise GroomError(f"{where} must be a text.")
        if parameter.name == "default_color" and value not in PALETTE:
            raise GroomError(f"{where} must be a colour id such as N3, not {value!r}.")
        return value
    if kind in (int, float):
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not number or (kind is int and not isinstance(value, int)):
            raise GroomError(f"{where} must be {'a whole' if kind is int else 'a'} number.")
        low, high = parameter.metadata.get("range", (0, 3))
        if not low <= value <= high:
            raise GroomError(f"{where} must be from {low} to {high}, not {value}.")
        return kind(value)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise GroomError(f"{where} must be a list of texts.")
    return tuple(value)


def _plain(hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        return next(kind for kind in get_args(hint) if kind is not type(None))
    return hint


def _refuse_unknown(path: Path, prefix: str, table: dict[str, Any], known: dict[str, Any]) -> None:
    if unknown := sorted(set(table) - set(known)):
        raise GroomError(f"{path.name}: {prefix}{unknown[0]} is unknown. Known: {', '.join(known)}.")
