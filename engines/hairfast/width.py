"""How wide the networks are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Width:
    """Channel counts as a fraction of the published networks'.

    The published checkpoints need ``FULL``; a divisor of 16 makes a twin with the same layers, rows, labels
    and picture sizes that runs in a test.
    """

    divisor: int = 1

    def channels(self, full: int) -> int:
        """``full`` channels of the published network at this width, at least 4."""
        return max(full // self.divisor, min(full, 4))


FULL = Width()
TWIN = Width(16)
