"""What a client may say on the control channel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from engines.errors import LiveHairError, LookError, UnknownStyleError
from engines.look import Look
from engines.reference.reference import Reference
from server.references.reference_look import Find, look_with_references

_FLAGS = ("compare", "mirror", "motion")
_FEWEST, _MOST = 2, 4


class ControlError(LiveHairError):
    """A control message that is not understood; the session goes on."""

    code = "bad-control"


@dataclass(frozen=True, slots=True)
class Ping:
    """A sign of life."""


@dataclass(frozen=True, slots=True)
class LookChange:
    """The look the client wants now.

    ``compare``: leave the left half of the picture untouched; ``mirror``: send the picture mirrored;
    ``motion``: let hair swing with the head; ``four``: styles to show side by side, none to show the look
    alone; ``None``: as before. ``lost``: the message names a reference that is not stored (any more).
    """

    look: Look
    compare: bool | None = None
    mirror: bool | None = None
    motion: bool | None = None
    four: tuple[str, ...] | None = None
    lost: bool = False


def parse_control(
    text: object, limit: int, look: Look, styles: frozenset[str], find: Find
) -> Ping | LookChange:
    """Read one message; ``look`` is the current look, which a change builds on; ``find`` finds references.

    Raises:
        ControlError: not text, longer than ``limit`` bytes, not a JSON object, of an unknown type, or with
            keys its type does not have.
        LiveHairError: a style, colour or value that is not one.
    """
    if not isinstance(text, str):
        raise ControlError("Control messages are JSON texts.")
    if len(text.encode("utf-8", "surrogatepass")) > limit:
        raise ControlError(f"A control message is longer than {limit} bytes.")
    try:
        message = json.loads(text)
    # Deep nesting ends in RecursionError.
    except (ValueError, RecursionError):
        raise ControlError("A control message is not JSON.") from None
    if not isinstance(message, dict):
        raise ControlError("A control message is not a JSON object.")
    kind = message.pop("type", None)
    if kind == "ping":
        if message:
            raise ControlError(f"A ping has no {next(iter(message))[:40]!r}.")
        return Ping()
    if kind == "look":
        return _look_change(message, look, styles, find)
    raise ControlError('The type of a control message is "look" or "ping".')


def _look_change(message: dict[str, Any], look: Look, styles: frozenset[str], find: Find) -> LookChange:
    flags = {name: message.pop(name) for name in _FLAGS if name in message}
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise LookError(f"{name} must be true or false.")
    four = _four(message.pop("four"), styles) if "four" in message else None
    found: list[Reference | None] = []

    def noted(reference_id: str) -> Reference | None:
        found.append(find(reference_id))
        return found[-1]

    changed = look_with_references(look, message, styles, noted)
    return LookChange(changed, **flags, four=four, lost=None in found)


def _four(value: object, styles: frozenset[str]) -> tuple[str, ...]:
    if value is None:
        return ()
    named = isinstance(value, list) and all(isinstance(style, str) for style in value)
    if not isinstance(value, list) or not named or not _FEWEST <= len(value) <= _MOST:
        raise LookError(f"four must be a list of {_FEWEST} to {_MOST} styles, or null.")
    for style in value:
        if style not in styles:
            raise UnknownStyleError(style)
    return tuple(value)
