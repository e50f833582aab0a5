"""How much of the time photos, videos and references may be worked on beside live sessions."""

from __future__ import annotations

import time
from collections.abc import Callable

# A session that returned less than this share of a second's frames lost some.
_KEPT = 0.96
# Beside a session work begins with this share of the time; each second without a loss adds a step, each one
# with a loss halves it down to the least.
_FIRST, _STEP, _LEAST = 0.25, 0.03, 0.2
# Without word from a session for so many seconds there is none.
_SILENCE = 2.5


class BackgroundShare:
    """Follows what live sessions lose.

    A process of the lowest priority gives way at once, but not for nothing: it takes caches, memory and
    moments from frames, and on a machine that is just fast enough they come too late.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard = clock() - _SILENCE
        self._share = _FIRST

    def note(self, received: int, returned: int) -> None:
        """A live session received so many frames in the last second, and returned so many."""
        self._heard = self._clock()
        if returned < _KEPT * received:
            self._share = max(_LEAST, 0.5 * self._share)
        else:
            self._share = min(1.0, self._share + _STEP)

    @property
    def value(self) -> float:
        """The share of the time, above 0; 1 while nobody is live."""
        if self._clock() - self._heard >= _SILENCE:
            self._share = _FIRST
            return 1.0
        return self._share
