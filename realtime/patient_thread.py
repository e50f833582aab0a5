"""A thread that gives way to the others."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class PatientThread:
    """Does calls for a caller who waits for them, ``nice`` (0..19) below the priority of its maker.

    A daemon: a call that hangs does not keep the process from ending.
    """

    def __init__(self, name: str, nice: int) -> None:
        self._nice = nice
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def run(self, call: Callable[[], T]) -> T:
        """What ``call`` returns, or raises."""
        done: Future[T] = Future()

        def do() -> None:
            try:
                done.set_result(call())
            except BaseException as error:
                done.set_exception(error)

        self._calls.put(do)
        return done.result()

    def close(self) -> None:
        """End after what was called for; no other call follows."""
        self._calls.put(None)

    def _work(self) -> None:
        # Linux counts niceness per thread. Where the system refuses, this one runs like any other.
        with contextlib.suppress(OSError, AttributeError):
            own = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, own, os.getpriority(os.PRIO_PROCESS, own) + self._nice)
        while (call := self._calls.get()) is not None:
            call()
