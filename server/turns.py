"""One after the other, and only so many in the queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.errors import QueueFullError


class Turns:
    """Lets one in at a time; ``waiting``: how many may wait to be let in."""

    def __init__(self, waiting: int) -> None:
        self._most_waiting = waiting
        self._waiting = 0
        self._lock = asyncio.Lock()

    @property
    def taken(self) -> bool:
        """Whether somebody is in."""
        return self._lock.locked()

    @asynccontextmanager
    async def next(self) -> AsyncIterator[None]:
        """Wait to be let in, and leave at the end.

        Raises:
            QueueFullError: too many wait.
        """
        if self._waiting >= self._most_waiting:
            raise QueueFullError(self._waiting)
        self._waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._lock.release()
