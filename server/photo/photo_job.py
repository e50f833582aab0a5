"""One photo on its way."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

Work = Callable[[Callable[[float], None]], Awaitable[bytes]]


class PhotoJob:
    """Runs ``work`` in a task and tells everyone who asks how far it is."""

    def __init__(self, work: Work) -> None:
        self.id = secrets.token_urlsafe(16)
        self.progress = 0.0
        """The share done, 0..1."""
        self._changed = asyncio.Event()
        self.task: asyncio.Task[bytes] = asyncio.create_task(self._run(work), name=f"photo-{self.id[:6]}")

    async def _run(self, work: Work) -> bytes:
        try:
            return await work(self._note)
        finally:
            self._wake()

    async def watch(self) -> AsyncIterator[float]:
        """The share done, whenever it changed, until the job has ended."""
        while not self.task.done():
            yield self.progress
            if not self.task.done():
                await self._changed.wait()
            # A task that was told to wake its watchers is done one step of the loop later.
            await asyncio.sleep(0)

    def _note(self, share: float) -> None:
        self.progress = share
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
