"""A child process that is there when it is needed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.child_process import ChildProcess
from server.turns import Turns


class IdleChild:
    """Works for one at a time; starts with the first job and ends when none came for ``idle`` seconds.

    ``module`` as in :meth:`ChildProcess.start`; ``waiting``: how many may wait for their turn.
    """

    def __init__(self, module: str, waiting: int = 8, idle: float = 120.0) -> None:
        self._module = module
        self._turns = Turns(waiting)
        self._idle = idle
        self._child: ChildProcess | None = None
        self._end: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[ChildProcess]:
        """The process, for one job. Whatever is raised meanwhile ends it: half a job is left to nobody.

        Raises:
            QueueFullError: too many wait.
        """
        async with self._turns.next():
            try:
                if self._end is not None:
                    self._end.cancel()
                if self._child is None or not self._child.running:
                    self._child = await ChildProcess.start(self._module)
                yield self._child
                self._end = asyncio.get_running_loop().call_later(self._idle, self._end_idle)
            except BaseException:
                await asyncio.shield(self._stop())
                raise

    async def close(self) -> None:
        """End the process."""
        if self._end is not None:
            self._end.cancel()
        await self._stop()

    def _end_idle(self) -> None:
        if not self._turns.taken:
            self._ending = asyncio.get_running_loop().create_task(self._stop())

    async def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.end()
