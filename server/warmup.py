"""Making the first person's first frame as quick as every other."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

logger = logging.getLogger(__name__)


class Warmup:
    """Runs ``work`` once in a thread of its own; the server is ready when it is done."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.ready = False
        self.error: str | None = None
        """What went wrong, as a sentence; the server stays up but is never ready."""
        self._work = work
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="warmup")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running loop."""
        self._task = asyncio.create_task(self._run(), name="warmup")

    async def close(self) -> None:
        """Wait for the end of what runs; it cannot be interrupted."""
        if self._task is not None:
            await self._task
        self._pool.shutdown(wait=False)

    async def _run(self) -> None:
        begin = time.monotonic()
        print("Getting ready: loading models, compiling kernels (longer the first time) ...", flush=True)
        try:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._work)
        except Exception as error:
            logger.exception("Warming up failed")
            self.error = f"Warming up failed: {error}"
            print(self.error, file=sys.stderr, flush=True)
        else:
            self.ready = True
            print(f"Ready after {time.monotonic() - begin:.1f} s.", flush=True)
