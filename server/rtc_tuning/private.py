"""Reaching an object's name-mangled attributes (``self.__name``)."""

from __future__ import annotations

from typing import Any


def get_private(thing: object, owner: type, name: str) -> Any:
    """The attribute that ``owner``'s own code calls ``self.__name``."""
    return getattr(thing, f"_{owner.__name__}__{name}")


def set_private(thing: object, owner: type, name: str, value: object) -> None:
    """Set the attribute that ``owner``'s own code calls ``self.__name``."""
    setattr(thing, f"_{owner.__name__}__{name}", value)
