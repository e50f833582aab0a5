"""What a client may say on the control channel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from engines.errors import LiveHairError, LookError
from engines.look import Look

_FLAGS = ("compare", "mirror", "motion")


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
    ``motion``: let hair swing with the head; ``None``: as before.
    """

    look: Look
    compare: bool | None = None
    mirror: bool | None = None
    motion: bool | None = None


def parse_control(text: object, limit: int, look: Look, styles: frozenset[str]) -> Ping | LookChange:
    """Read one message; ``look`` is the current look, which a change builds on.

    Raises:
        ControlError: not text, longer than ``limit`` bytes, not a JSON object, of an unknown type, or with
            keys its type does not have.
        LiveHairError: a style, colour or value that is not one.
    """
    if not isinstance(text, str):
        raise ControlError("Control messages are JSON texts.")
    if len(text.encode()) > limit:
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
        return _look_change(message, look, styles)
    raise ControlError('The type of a control message is "look" or "ping".')


def _look_change(message: dict[str, Any], look: Look, styles: frozenset[str]) -> LookChange:
    flags = {name: message.pop(name) for name in _FLAGS if name in message}
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise LookError(f"{name} must be true or false.")
    return LookChange(look.updated(message, styles), *(flags.get(name) for name in _FLAGS))
