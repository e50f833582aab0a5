"""The list of pictures and clips of real people, and who of them is kept from training."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tools.errors import ToolError


@dataclass(frozen=True, slots=True)
class Person:
    """One picture or clip.

    ``identity``: entries that show the same person share it. ``held_out``: kept from training.
    ``hair``: ``teacher`` (pseudo-labels) or ``none`` (known to show no hair). ``judge``: a second mask of
    the hair in the picture, 8 bit, or ``None``.
    """

    identity: str
    file: Path
    held_out: bool
    hair: str = "teacher"
    judge: Path | None = None


def read_people(path: Path) -> list[Person]:
    """The people that the JSON list at ``path`` names; files are relative to it.

    Raises:
        ToolError: it is no such list, or an identity is on both sides of the split.
    """
    try:
        entries = json.loads(path.read_text())
        people = [
            Person(
                entry["identity"],
                path.parent / entry["file"],
                bool(entry["held_out"]),
                entry.get("hair", "teacher"),
                path.parent / entry["judge"] if entry.get("judge") else None,
            )
            for entry in entries
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ToolError(f"{path} is no list of people ({error}): see docs/matte.md.") from error
    if unknown := {person.hair for person in people} - {"teacher", "none"}:
        raise ToolError(f"{path}: hair is {unknown.pop()!r}; it must be teacher or none.")
    check_split(people)
    return people


def check_split(people: list[Person]) -> None:
    """Nobody is on both sides.

    Raises:
        ToolError: naming who is.
    """
    sides = [{person.identity for person in people if person.held_out is side} for side in (True, False)]
    if both := sides[0] & sides[1]:
        raise ToolError(f"{min(both)} is held out and trained on at once: choose one.")
