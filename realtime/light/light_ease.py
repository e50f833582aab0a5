"""Light that changes from keyframe to keyframe without a visible step."""

from __future__ import annotations

import math

from engines.light import Light


class LightEase:
    """Follows the light of the keyframes with a time constant of ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._current: Light | None = None
        self._time = 0.0

    def __call__(self, target: Light, time: float) -> Light:
        """The light at ``time`` seconds, on its way to ``target``; the first one is taken as it is."""
        elapsed, self._time = time - self._time, time
        if self._current is None or elapsed < 0.0:
            self._current = target
        elif self._current is not target:
            self._current = self._current.mixed(target, 1.0 - math.exp(-elapsed / self._seconds))
        return self._current
