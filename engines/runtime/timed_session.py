"""Sessions that can say how long they calculate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from engines.runtime.session import Array, Session


class TimedSession(Session, Protocol):
    """A session whose passes can be timed; every one of this package is."""

    def time(self, inputs: Mapping[str, Array]) -> float:
        """Milliseconds of one pass over ``inputs`` without their copies: by the device's own clock where a
        stream and events are at hand, else by the host's.

        Raises:
            SessionInputError: as for ``run``.
            EngineError: as for ``run``.
        """
