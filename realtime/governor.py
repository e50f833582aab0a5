"""Keeps the frame rate by asking for less before frames take too long."""

from __future__ import annotations

import math
import statistics
from collections import deque
from dataclasses import replace

from engines.quality import Quality
from realtime.settings import GovernorSettings

LEVELS = (
    Quality(0, 1.00, 1.00, matte=1, hands=2),
    Quality(1, 1.00, 0.98, matte=2, hands=2),
    Quality(2, 0.90, 0.96, matte=2, hands=3),
    Quality(3, 0.80, 0.94, matte=3, hands=3),
    Quality(4, 0.70, 0.92, matte=3, hands=3),
    Quality(5, 0.60, 0.90, matte=4, hands=3),
    Quality(6, 0.50, 0.88, matte=4, hands=3),
    Quality(7, 0.50, 0.88, matte=4, hands=3, frame=0.75),
    Quality(8, 0.50, 0.88, matte=4, hands=3, frame=0.50),
)
"""From the best to the cheapest. What is read from the picture comes first, then hair: with fewer than half
of its strands, or larger pixels, it looks like a wig. At the end large frames become smaller."""


class Governor:
    """Chooses the quality of each frame from how long those before it took. Knows no clock of its own."""

    def __init__(self, settings: GovernorSettings | None = None) -> None:
        self._settings = settings or GovernorSettings()
        self._level = 0
        self._strands = self._pixels = 1.0
        self._took: deque[float] = deque(maxlen=self._settings.frames)
        self._gaps: deque[float] = deque(maxlen=31)
        self._time = -math.inf
        self._changed = -math.inf
        self._quick_since = math.inf
        self._raised = -math.inf
        self._calm = self._settings.calm

    @property
    def quality(self) -> Quality:
        """What the next frame is to be drawn with. Strands and pixels glide to those of the level."""
        return replace(LEVELS[self._level], strands=self._strands, pixels=self._pixels)

    def observe(self, seconds: float, time: float) -> None:
        """A frame of ``time`` (seconds of the stream, as it came from the camera) took ``seconds``."""
        gap = time - self._time
        self._time = time
        if not 0.0 < gap < 1.0:
            self._took.clear()
            self._gaps.clear()
            self._changed, self._quick_since = time + self._settings.grace, math.inf
            return
        self._took.append(seconds)
        self._gaps.append(gap)
        if 2 * len(self._took) > self._settings.frames:
            self._judge(time)
        self._glide(gap)

    def _judge(self, time: float) -> None:
        settings = self._settings
        # Frames that were lost on the way leave larger gaps: the smaller ones tell the camera's rate.
        interval = sorted(self._gaps)[len(self._gaps) // 8]
        share = statistics.median(self._took) / interval
        losing = sum(gap > _LOST * interval for gap in self._gaps) > _LOSSES * len(self._gaps)
        late = share > 1.0
        if len(self._took) < settings.frames and not late:
            return
        # What is lost although frames are quick is lost on the way here.
        if share > settings.high or (losing and share > 0.5 * (settings.low + settings.high)):
            self._quick_since = math.inf
            urgent = late or losing
            if self._level < len(LEVELS) - 1 and time - self._changed >= settings.wait / (1 + urgent):
                if time - self._raised < 2.0 * settings.calm:
                    self._calm = min(2.0 * self._calm, settings.calm_max)
                # Where frames are lost already, small steps would lose more.
                self._move(min(1 + urgent, len(LEVELS) - 1 - self._level), time)
        elif share >= settings.low:
            self._quick_since = math.inf
        elif self._level > 0:
            self._quick_since = min(self._quick_since, time)
            if time - self._quick_since >= self._calm:
                self._raised = time
                self._move(-1, time)
        elif time - self._raised > settings.calm_max:
            self._calm = settings.calm

    def _move(self, by: int, time: float) -> None:
        self._level += by
        self._changed, self._quick_since = time, math.inf
        self._took.clear()

    def _glide(self, gap: float) -> None:
        level = LEVELS[self._level]
        share = 1.0 - math.exp(-gap / _GLIDE)
        self._strands = _toward(self._strands, level.strands, share)
        self._pixels = _toward(self._pixels, level.pixels, share)


# A gap so many times the usual means a lost frame; more of them than this share are too many.
_LOST, _LOSSES = 1.5, 0.1
# Time constant of a change, seconds; the last bit of it is no longer worth a change.
_GLIDE, _NEAR = 0.3, 0.004


def _toward(value: float, target: float, share: float) -> float:
    return target if abs(target - value) < _NEAR else value + (target - value) * share
