"""Photos edited one after the other in a process of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import numpy.typing as npt

from engines.look import Look
from server.child_process import ChildEndedError, ChildProcess
from server.photo.errors import PhotoFailedError, PhotoQueueFullError, PhotoRefusedError

Progress = Callable[[float], None]


class PhotoEditor:
    """Owns the process; starts it with the first photo and ends it when none came for a while.

    ``waiting``: how many photos may wait for their turn. ``idle``: seconds until the process ends.
    """

    def __init__(self, waiting: int = 8, idle: float = 120.0) -> None:
        self._most_waiting = waiting
        self._idle = idle
        self._waiting = 0
        self._turn = asyncio.Lock()
        self._child: ChildProcess | None = None
        self._end: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    async def edit(self, rgb: npt.NDArray[np.uint8], look: Look, progress: Progress) -> bytes:
        """``rgb`` (h, w, 3) uint8 sRGB with ``look`` on, as PNG. ``progress`` is told the share done, 0..1.

        Cancelled, it ends the process: nobody waits for work that nobody wants.

        Raises:
            PhotoQueueFullError: too many wait.
            PhotoRefusedError: no face, or a look that cannot be drawn.
            PhotoFailedError: the process died.
        """
        if self._waiting >= self._most_waiting:
            raise PhotoQueueFullError(self._waiting)
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        try:
            return await self._edit(rgb, look, progress)
        except ChildEndedError:
            await self._stop()
            raise PhotoFailedError from None
        except asyncio.CancelledError:
            await asyncio.shield(self._stop())
            raise
        finally:
            self._turn.release()

    async def close(self) -> None:
        """End the process."""
        if self._end is not None:
            self._end.cancel()
        await self._stop()

    async def _edit(self, rgb: npt.NDArray[np.uint8], look: Look, progress: Progress) -> bytes:
        if self._end is not None:
            self._end.cancel()
        if self._child is None or not self._child.running:
            self._child = await ChildProcess.start("server.photo.photo_process")
        pixels = np.ascontiguousarray(rgb)
        await self._child.send(
            {"shape": pixels.shape, "look": asdict(replace(look, reference=None))}, pixels.data.cast("B")
        )
        while True:
            header, payload = await self._child.receive()
            if "error" in header:
                raise PhotoRefusedError(header["error"], header["message"])
            if payload:
                break
            progress(header["done"] / header["steps"])
        self._end = asyncio.get_running_loop().call_later(self._idle, self._end_idle)
        return payload

    def _end_idle(self) -> None:
        if not self._turn.locked():
            self._ending = asyncio.get_running_loop().create_task(self._stop())

    async def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.end()
