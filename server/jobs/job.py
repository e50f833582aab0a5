"""A piece of work on its way."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.jobs.errors import WorkStoppedError


@dataclass(frozen=True, slots=True)
class Result:
    """What came out: bytes of ``content_type``, or none; ``about``: what is told with it."""

    data: bytes = b""
    content_type: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)


class Job:
    """Runs ``work`` in a task and tells everyone who asks how far it is."""

    def __init__(self, work: Callable[[Job], Awaitable[Result]]) -> None:
        self.id = secrets.token_urlsafe(16)
        self.progress = 0.0
        """The share done, 0..1."""
        self._events: list[tuple[str, Mapping[str, Any]]] = []
        self._changed = asyncio.Event()
        self.task: asyncio.Task[Result] = asyncio.create_task(self._run(work), name=f"job-{self.id[:6]}")
        self.task.add_done_callback(lambda _: self._wake())

    def note(self, share: float) -> None:
        """So much is done, 0..1."""
        self.progress = share
        self._wake()

    def tell(self, event: str, data: Mapping[str, Any]) -> None:
        """Tell all who watch, now and later."""
        self._events.append((event, data))
        self._wake()

    def result(self) -> Result:
        """The result of a job that has ended.

        Raises:
            RequestError: why there is none.
        """
        if self.task.cancelled():
            raise WorkStoppedError
        return self.task.result()

    async def watch(self) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """Events as they come, those that were before first, until the job has ended."""
        told, progress = 0, -1.0
        while True:
            changed = self._changed
            if self.progress != progress:
                progress = self.progress
                yield "progress", {"progress": round(progress, 4)}
            while told < len(self._events):
                told += 1
                yield self._events[told - 1]
            if self.task.done():
                return
            await changed.wait()

    async def _run(self, work: Callable[[Job], Awaitable[Result]]) -> Result:
        return await work(self)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
