"""Which arrays were compared, and which did not agree."""

from __future__ import annotations

from collections.abc import Sequence

from tools.parity.oracle import Comparison


class Tally:
    """Counts arrays and names those that did not agree or were not computed."""

    def __init__(self) -> None:
        self.compared = 0
        self.expected = 0
        self.failed: list[str] = []

    def add(self, stage: str, expected: Sequence[str], found: dict[str, Comparison]) -> None:
        """Count the arrays of a stage."""
        self.compared += len(found)
        self.expected += len(expected)
        for name in expected:
            comparison = found.get(name)
            if comparison is None:
                self.failed.append(f"{stage}/{name}: not computed")
            elif not comparison.passed:
                self.failed.append(
                    f"{stage}/{name}: {comparison.error:.2e}, tolerance {comparison.tolerance:.0e}"
                )
