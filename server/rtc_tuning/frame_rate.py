"""The frame rate of a stream, from its time stamps."""

from __future__ import annotations

import av

_SMOOTHING = 0.1


class FrameRate:
    """A running mean of frames a second, kept within what encoders take."""

    def __init__(self, lowest: float = 5.0, highest: float = 120.0) -> None:
        self.value = 30.0
        self._bounds = (1.0 / highest, 1.0 / lowest)
        self._last: float | None = None

    def note(self, frame: av.VideoFrame) -> None:
        """Take in the time stamp of the next frame."""
        now = frame.time or 0.0
        if self._last is not None:
            low, high = self._bounds
            interval = min(max(now - self._last, low), high)
            self.value = 1.0 / ((1.0 - _SMOOTHING) / self.value + _SMOOTHING * interval)
        self._last = now
