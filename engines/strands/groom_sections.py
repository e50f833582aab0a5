"""Sections of groom and fringe files, read strictly."""

from __future__ import annotations

import math
import tomllib
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, get_type_hints

from engines.errors import GroomError
from engines.palette import PALETTE


def read_tables(path: Path) -> dict[str, Any]:
    """The tables of the TOML file at ``path``.

    Raises:
        GroomError: it cannot be read as TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GroomError(f"{path.name}: cannot be read as TOML ({error}).") from error


def read_section(path: Path, name: str, table: Any, kind: Any, extra: dict[str, Any]) -> Any:
    """The dataclass ``kind`` from ``table``; ``extra`` are its fields that the file does not say.

    Raises:
        GroomError: a parameter is unknown, missing, of the wrong type or out of its range.
    """
    if not isinstance(table, dict):
        raise GroomError(f"{path.name}: {name} must be a section [{name}].")
    known = {f.name: f for f in fields(kind) if f.name not in extra}
    refuse_unknown(path, f"{name}.", table, known)
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


def refuse_unknown(path: Path, prefix: str, table: dict[str, Any], known: dict[str, Any]) -> None:
    """Refuse keys of ``table`` that are not ``known``.

    Raises:
        GroomError: naming the first of them after ``prefix``.
    """
    if unknown := sorted(set(table) - set(known)):
        raise GroomError(f"{path.name}: {prefix}{unknown[0]} is unknown. Known: {', '.join(known)}.")
