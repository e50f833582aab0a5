"""How much a frame may cost, and whether hair moves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quality:
    """What the governor chose and the user set.

    ``level``: 0 is the best. ``strands``: share of the strands that are drawn, and ``pixels``: factor on the
    resolution that hair is drawn at; both 0..1. ``matte``: how many times longer than usual the picture is
    not read again. ``hands``: frames from one look for hands to the next, as long as there is none.
    ``frame``: factor on the sides of large frames. ``motion``: hair swings with the head.
    """

    level: int = 0
    strands: float = 1.0
    pixels: float = 1.0
    matte: int = 1
    hands: int = 1
    frame: float = 1.0
    motion: bool = True
