"""A look: what the user asked for, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from engines.errors import LookError, UnknownStyleError
from engines.palette import Gradient as Gradient
from engines.palette import HairColor, resolve_color
from engines.reference.reference import Reference

OWN_STYLE = "own"
"""The style id for "keep my hair, change its colour only"."""

Part = Literal["auto", "left", "center", "right"]
Fringe = Literal["auto", "none", "see-through", "full", "curtain", "choppy", "side"]
Dye = Literal["bleach", "realistic"]

_RANGES: dict[str, tuple[float, float]] = {
    "length": (0.7, 1.3),
    "volume": (0.5, 1.5),
    "curl": (0.0, 2.0),
    "density": (0.6, 1.2),
    "gloss": (0.0, 1.5),
    "coverage": (0.0, 1.0),
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "part": get_args(Part),
    "fringe": get_args(Fringe),
    "gradient": get_args(Gradient),
    "dye": get_args(Dye),
}


@dataclass(frozen=True, slots=True)
class Look:
    """A style and its colour; hashable, so that prepared looks can be cached by it.

    ``color`` and ``tip`` are palette ids or ``#RRGGBB`` (``tip=None``: what goes with the colour);
    ``color=None`` keeps the style's or the wearer's colour. ``length``, ``volume``, ``curl`` and ``density``
    are factors, 1 = as the style says. ``part`` moves the parting to the person's left or right; ``fringe``
    gives the style another fringe.

    ``gradient`` lays the tip colour over the hair: ``plain`` from root to tip. ``gloss`` is a factor on the
    colour's. For one's own hair, ``dye`` says whether it may become lighter than it is (``bleach``), and
    ``coverage`` how much of its grey takes the colour.

    ``reference``: a photo whose hair's shape is wanted; ``style`` then stands in where the photo cannot be
    drawn. Clients name it by an id, which the server looks up.
    """

    style: str = OWN_STYLE
    color: str | None = None
    tip: str | None = None
    length: float = 1.0
    volume: float = 1.0
    curl: float = 1.0
    density: float = 1.0
    part: Part = "auto"
    fringe: Fringe = "auto"
    gradient: Gradient = "plain"
    gloss: float = 1.0
    dye: Dye = "bleach"
    coverage: float = 1.0
    reference: Reference | None = None

    @property
    def shape(self) -> Look:
        """The look without its colours: what decides the geometry."""
        return replace(self, color=None, tip=None, gradient="plain", gloss=1.0, dye="bleach", coverage=1.0)

    def hair_color(self, default: str = "N3") -> HairColor:
        """The colour, with its gradient and gloss.

        Raises:
            UnknownColorError: ``color`` or ``tip`` is not a colour.
        """
        tip = resolve_color(self.tip) if self.tip else None
        return resolve_color(self.color or default).dyed(self.gradient, tip, self.gloss)

    def updated(self, changes: Mapping[str, Any], styles: frozenset[str]) -> Look:
        """This look with ``changes`` (from a client, so nothing about them is trusted) applied.

        Raises:
            LookError: an unknown key, a wrong type or a value out of range.
            UnknownStyleError: the style is not among ``styles``.
            UnknownColorError: a colour is not one.
        """
        known = {field.name for field in fields(self)} - {"reference"}
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
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high:
            raise LookError(f"{name} must be a number from {low} to {high}.")
    elif name in _CHOICES:
        if value not in _CHOICES[name]:
            raise LookError(f"{name} must be one of {', '.join(_CHOICES[name])}.")
    elif not (isinstance(value, str) or (value is None and name != "style")):
        raise LookError(f"{name} must be a text.")
