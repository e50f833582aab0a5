"""How long the stages of a frame took lately."""

from __future__ import annotations

from collections.abc import Callable


class StageTimes:
    """Means by stage since they were last taken. ``observe`` hears every single value as well."""

    def __init__(self) -> None:
        self.observe: Callable[[str, float], None] | None = None
        self._sums: dict[str, tuple[float, int]] = {}

    def note(self, stage: str, milliseconds: float) -> None:
        """Take in one frame's time."""
        total, count = self._sums.get(stage, (0.0, 0))
        self._sums[stage] = (total + milliseconds, count + 1)
        if self.observe is not None:
            self.observe(stage, milliseconds)

    def take(self) -> dict[str, float]:
        """Mean milliseconds by stage since the last call."""
        sums, self._sums = self._sums, {}
        return {stage: round(total / count, 2) for stage, (total, count) in sums.items()}
