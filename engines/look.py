"""A look: what the user asked for, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from engines.errors import LookError, UnknownStyleError
from engines.palette import HairColor, resolve_color

OWN_STYLE = "own"
"""The style id for "keep my hair, change its colour only"."""

Part = Literal["auto", "left", "center", "right"]

_RANGES: dict[str, tuple[float, float]] = {"length": (0.7, 1.3), "volume": (0.5, 1.5), "curl": (0.0, 2.0)}


@dataclass(frozen=True, slots=True)
class Look:
    """A style and its colour; hashable, so that prepared looks can be cached by it.

    ``color`` and ``tip`` are palette ids or ``#RRGGBB`` (``tip=None``: the colour's own tip);
    ``color=None`` keeps the style's or the wearer's colour. ``length``, ``volume`` and ``curl`` are
    factors, 1 = as the style says. ``part`` moves the parting to the person's left or right.
    """

    style: str = OWN_STYLE
    color: str | None = None
    tip: str | None = None
    length: float = 1.0
    volume: float = 1.0
    curl: float = 1.0
    part: Part = "auto"

    @property
    def shape(self) -> Look:
        """The look without its colours: what decides the geometry."""
        return replace(self, color=None, tip=None)

    def hair_color(self, default: str = "N3") -> HairColor:
        """The colour from root to tip.

        Raises:
            UnknownColorError: ``color`` or ``tip`` is not a colour.
        """
        color = resolve_color(self.color or default)
        if self.tip is None:
            return color
        return replace(color, tip=resolve_color(self.tip).tip)

    def updated(self, changes: Mapping[str, Any], styles: frozenset[str]) -> Look:
        """This look with ``changes`` (from a client, so nothing about them is trusted) applied.

        Raises:
            LookError: an unknown key, a wrong type or a value out of range.
            UnknownStyleError: the style is not among ``styles``.
            UnknownColorError: a colour is not one.
        """
        known = {field.name for field in fields(self)}
        if unknown := sorted(set(changes) - known):
            raise LookError(f"A look has no {unknown[0][:40]!r}. It has: {', '.join(sorted(known))}.")
        for name, value in changes.items():
            _check(name, value)
        look = replace(self, **changes)
        if look.style not in styles:
            raise UnknownStyleError(look.style)
        look.hair_color()
        return look


def _check(name: str, value: Any) -> None:
    if name in _RANGES:
        low, high = _RANGES[name]
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not number or not low <= value <= high:
            raise LookError(f"{name} must be a number from {low} to {high}.")
    elif name == "part":
        if value not in get_args(Part):
            raise LookError(f"part must be one of {', '.join(get_args(Part))}.")
    elif not (isinstance(value, str) or (value is None and name != "style")):
        raise LookError(f"{name} must be a text.")
