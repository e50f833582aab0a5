"""A child process that is there when it is needed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.background_share import BackgroundShare
from server.child_process import ChildProcess
from server.turns import Turns

# Shorter than an eye notices, long enough to be worth the signals, seconds.
_PERIOD = 0.2


class IdleChild:
    """Works for one at a time; starts with the first job and ends when none came for ``idle`` seconds.

    ``module`` as in :meth:`ChildProcess.start`; ``waiting``: how many may wait for their turn. ``share``
    tells how much of the time it may run.
    """

    def __init__(self, module: str, share: BackgroundShare, *, waiting: int = 8, idle: float = 120.0) -> None:
        self._module = module
        self._share = share
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
                resting = asyncio.create_task(self._rest(self._child), name="rest")
                try:
                    yield self._child
                finally:
                    resting.cancel()
                    self._child.resume()
                self._end = asyncio.get_running_loop().call_later(self._idle, self._end_idle)
            except BaseException:
                await asyncio.shield(self._stop())
                raise

    async def close(self) -> None:
        """End the process."""
        if self._end is not None:
            self._end.cancel()
        await self._stop()

    async def _rest(self, child: ChildProcess) -> None:
        """Have ``child`` stand still for what is not its share of the time."""
        while True:
            await asyncio.sleep(_PERIOD * self._share.value)
            if (rest := 1.0 - self._share.value) > 0.0:
                child.pause()
                await asyncio.sleep(_PERIOD * rest)
                child.resume()

    def _end_idle(self) -> None:
        if not self._turns.taken:
            self._ending = asyncio.get_running_loop().create_task(self._stop())

    async def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.end()
