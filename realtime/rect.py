"""A rectangle of whole pixels."""

from __future__ import annotations

from typing import NamedTuple


class Rect(NamedTuple):
    """Pixels ``left <= x < right``, ``top <= y < bottom`` (x to the right, y down)."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def empty(self) -> bool:
        """True where no pixel is inside."""
        return self.right <= self.left or self.bottom <= self.top

    def within(self, bounds: Rect) -> Rect:
        """The part of this rectangle inside ``bounds``; may be empty."""
        return Rect(
            max(self.left, bounds.left),
            max(self.top, bounds.top),
            min(self.right, bounds.right),
            min(self.bottom, bounds.bottom),
        )

    def to_even(self) -> Rect:
        """The smallest rectangle around this one with even coordinates, as 4:2:0 chroma needs."""
        return Rect(self.left & ~1, self.top & ~1, (self.right + 1) & ~1, (self.bottom + 1) & ~1)
