"""How much a frame may cost, and whether hair moves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quality:
    """What the governor chose and the user set.

    ``level``: 0 is the best. ``strands``: share of the strands that are drawn, and ``pixels``: factor on the
    resolution that hair is drawn at; both 0..1. ``matte``: frames from one matte to the next. ``motion``:
    hair swings with the head.
    """

    level: int = 0
    strands: float = 1.0
    pixels: float = 1.0
    matte: int = 1
    motion: bool = True
