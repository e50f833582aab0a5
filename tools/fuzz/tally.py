"""What became of all the input."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts by (target, outcome), and the first faults with their input."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[tuple[str, str, bytes]] = field(default_factory=list)
    """(target, what happened, input) of the first of each kind."""
    slowest: dict[str, float] = field(default_factory=dict)
    """Longest time of one input, seconds by target."""
    growth: dict[str, int] = field(default_factory=dict)
    """Bytes by which a process grew after its first quarter of the time."""

    def note(self, target: str, outcome: str, seconds: float) -> None:
        """One more input of that outcome."""
        self.counts[target, outcome] += 1
        self.slowest[target] = max(seconds, self.slowest.get(target, 0.0))

    def fault(self, target: str, error: Exception | str, data: bytes) -> None:
        """``data`` did what no input may do."""
        if isinstance(error, Exception):
            place = traceback.extract_tb(error.__traceback__)[-1]
            what = f"{type(error).__name__} in {place.name}, line {place.lineno}: {error}"
        else:
            what = error
        outcome = f"FAULT {what[:60]}"
        if not self.counts[target, outcome]:
            self.faults.append((target, what, data))
        self.counts[target, outcome] += 1

    def table(self) -> str:
        """One line for each outcome."""
        lines = [
            f"{target:<9} {count:>9,}  {outcome}" for (target, outcome), count in sorted(self.counts.items())
        ]
        lines += [
            f"{target:<9} {seconds:>8.2f} s  slowest" for target, seconds in sorted(self.slowest.items())
        ]
        lines += [f"{name:<9} {size / 2**20:>+7.1f} MB  growth" for name, size in sorted(self.growth.items())]
        return "\n".join(lines)
