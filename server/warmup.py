"""Making the first person's first frame as quick as every other."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

Work = Callable[[Callable[[], bool]], None]
"""What to do; it is given a function that says whether to stop."""

_STOP_TIMEOUT = 2.0
_LAST = 19
# Seconds from one look to the next whether somebody is still there.
_LOOK = 0.5


class Warmup:
    """Runs ``work`` once in a thread; the server is ready when it is done.

    ``afterwards`` follows in the same thread, when nothing else wants the processor; asking whether to stop,
    it waits while the server is ``busy``.
    """

    def __init__(
        self,
        work: Work,
        afterwards: Work = lambda stopped: None,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self.ready = False
        self.error: str | None = None
        """What went wrong, as a sentence; the server stays up but is never ready."""
        self._work = work
        self._afterwards = afterwards
        self._busy = busy
        self._stop = threading.Event()
        # A compiler cannot be interrupted, and must not hold up the end of the program.
        self._thread = threading.Thread(target=self._run, name="warmup", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    async def close(self) -> None:
        """Ask the work to stop, and wait a moment for it."""
        self._stop.set()
        await asyncio.to_thread(self._thread.join, _STOP_TIMEOUT)

    def _run(self) -> None:
        begin = time.monotonic()
        _say("Getting ready: loading models, compiling kernels (longer the first time) ...")
        try:
            self._work(self._stop.is_set)
        except Exception as error:
            logger.exception("Warming up failed")
            self.error = f"Warming up failed: {error}"
            print(self.error, file=sys.stderr, flush=True)
        else:
            self.ready = not self._stop.is_set()
            if self.ready:
                _say(f"Ready after {time.monotonic() - begin:.1f} s.")
                self._follow_up()

    def _follow_up(self) -> None:
        if sys.platform.startswith("linux"):
            # Linux counts niceness per thread.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LAST)
        try:
            self._afterwards(self._stopped_when_idle)
        except Exception:
            logger.exception("What was to be made ready beforehand will be made when it is asked for")

    def _stopped_when_idle(self) -> bool:
        # Even the lowest priority takes the interpreter's lock from a session's frames.
        while self._busy() and not self._stop.wait(_LOOK):
            pass
        return self._stop.is_set()


def _say(line: str) -> None:
    # In one piece, because other threads print too.
    print(f"{line}\n", end="", flush=True)
