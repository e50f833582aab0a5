"""A rate limit that allows bursts."""

from __future__ import annotations

import time
from collections.abc import Callable


class TokenBucket:
    """Holds up to ``burst`` tokens and gains ``rate`` of them a second; each admitted call takes one."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._time = clock()

    def take(self) -> bool:
        """Whether this call is admitted."""
        self._gain()
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    @property
    def full(self) -> bool:
        """Whether it is as a new one."""
        self._gain()
        return self._tokens >= self._burst

    @property
    def wait(self) -> float:
        """Seconds until a call is admitted, as of the last one."""
        return max(0.0, 1.0 - self._tokens) / self._rate

    def _gain(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._time) * self._rate)
        self._time = now
