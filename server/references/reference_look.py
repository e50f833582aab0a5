"""Looks that name references by their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engines.errors import LookError
from engines.look import Look
from engines.reference.reference import Reference

SHAPE = "reference"
COLOR = "color_reference"
Find = Callable[[str], Reference | None]

_LONGEST_ID = 64
_NO_COLORS = {"color": None, "tip": None, "gradient": "plain", "gloss": 1.0}


def look_with_references(look: Look, changes: Mapping[str, Any], styles: frozenset[str], find: Find) -> Look:
    """``look`` with ``changes``, nothing about which is trusted.

    ``reference`` and ``color_reference`` among them are each the id of a reference or ``None``.

    A reference's style is the one drawn where the photo cannot be; its colours come before the colours that
    ``changes`` name. ``None`` takes the reference, or the colours, away. What ``find`` does not find changes
    nothing.

    Raises:
        LiveHairError: as :meth:`Look.updated`; or what ``find`` raises.
    """
    plain = dict(changes)
    ids = {name: plain.pop(name) for name in (SHAPE, COLOR) if name in plain}
    found = {name: _found(name, value, find) for name, value in ids.items()}
    if COLOR in ids and ids[COLOR] is None:
        plain = _NO_COLORS | plain
    if colored := found.get(COLOR):
        plain = colored.colors.applied(plain)
    shaped = found.get(SHAPE)
    if shaped and shaped.style in styles:
        plain["style"] = shaped.style
    changed = look.updated(plain, styles)
    if shaped or (SHAPE in ids and ids[SHAPE] is None):
        return replace(changed, reference=shaped)
    return changed


def _found(name: str, value: Any, find: Find) -> Reference | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _LONGEST_ID:
        raise LookError(f"{name} must be the id of a reference, or null.")
    return find(value)
