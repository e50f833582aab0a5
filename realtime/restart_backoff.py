"""How long to wait before something that failed is started again."""

from __future__ import annotations

_FORGIVEN_AFTER = 10.0


class RestartBackoff:
    """The first restart is immediate; each further failure doubles the wait. All times in seconds."""

    def __init__(self, delay: float, delay_max: float) -> None:
        self._delay = delay
        self._delay_max = delay_max
        self._failures = 0
        self._failed_at = -float("inf")

    def failed(self, time: float) -> None:
        """Record a failure at ``time``; failures long ago are forgiven."""
        if time - self._failed_at > self._wait() + _FORGIVEN_AFTER:
            self._failures = 0
        self._failures += 1
        self._failed_at = time

    def since(self, time: float) -> float:
        """Seconds since the last failure; infinite without one."""
        return time - self._failed_at

    def ready(self, time: float) -> bool:
        """True when a start may be tried."""
        return self.since(time) >= self._wait()

    def _wait(self) -> float:
        if self._failures < 2:
            return 0.0
        return float(min(self._delay * 2.0 ** (self._failures - 2), self._delay_max))
