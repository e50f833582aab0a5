"""The styles a user can choose from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """One entry of the gallery: its id, names, search tags and the colour it is shown in first.

    Tags say the length (``short``, ``medium``, ``long``), the texture (``straight``, ``c-curl``,
    ``wavy``, ``curly``, ``coily`` or ``braids``), what is at the forehead (``fringe``, ``curtain``), who asks
    for it (``women``, ``men``; ``unisex``: gender-neutral) and what is special (``bob``, ``layered``, ``up``,
    ``fade``).
    """

    id: str
    name_en: str
    name_ko: str
    tags: tuple[str, ...]
    default_color: str
    removal: int
    """How much of the wearer's own hair has to go: 0 none to 3 all."""
