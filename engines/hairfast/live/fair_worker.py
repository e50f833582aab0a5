"""One thread for many sessions: each has one place in the queue, and its newest job wins."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from engines.hairfast.live.errors import RunCancelled

logger = logging.getLogger(__name__)

T = TypeVar("T")

_AVERAGE = 0.5


class Ticket:
    """What a job asks whether it is still wanted."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Nobody wants the job any more; again is harmless."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether nobody wants it any more."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """
        Raises:
            RunCancelled: the job is not wanted any more.
        """
        if self.cancelled:
            raise RunCancelled


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of a job: its ``value``, or the ``error`` that ended it."""

    value: T | None = None
    error: Exception | None = None


Job = Callable[[Ticket], T]


class FairWorker(Generic[T]):
    """Runs the jobs of all clients, one at a time, the clients in turn.

    The thread takes ``nice`` more than the process, and so does every thread that jobs start (Linux gives
    each thread a niceness of its own): what it does gives way to live pictures.
    """

    def __init__(self, name: str, nice: int = 0) -> None:
        self._nice = nice
        self._changed = threading.Condition()
        self._waiting: deque[WorkClient[T]] = deque()
        self._running: WorkClient[T] | None = None
        self._begun = 0.0
        self._closing = False
        self.run_seconds: float | None = None
        """How long jobs take, by the last ones; ``None`` before the first has ended."""
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def client(self) -> WorkClient[T]:
        """A place in the queue."""
        return WorkClient(self)

    def submit(self, client: WorkClient[T], job: Job[T]) -> None:
        """Put ``job`` in the client's place; the job that waited there is forgotten."""
        with self._changed:
            if client.job is None:
                self._waiting.append(client)
            client.job = job
            self._changed.notify_all()

    def forget(self, client: WorkClient[T]) -> None:
        """Drop the client's waiting job and what it did not take, and stop its running job at its next
        :meth:`Ticket.check`; what comes of that is dropped too."""
        with self._changed:
            client.outcome = None
            if client.job is not None:
                client.job = None
                self._waiting.remove(client)
            client.ticket.cancel()

    def expected(self, client: WorkClient[T]) -> float | None:
        """Seconds until the client's job is done, as far as can be told; ``None`` where nothing can."""
        with self._changed:
            if self.run_seconds is None or not client.busy:
                return None
            elapsed = time.monotonic() - self._begun if self._running is not None else 0.0
            ahead = self._waiting.index(client) + 1 if client.job is not None else 0
            runs = ahead + (1 if self._running is not None else 0)
            return max(0.0, runs * self.run_seconds - elapsed)

    def wait(self, client: WorkClient[T]) -> None:
        """Until neither a job of the client waits nor one runs."""
        with self._changed:
            self._changed.wait_for(lambda: not client.busy or self._closing)

    def close(self, timeout: float = 10.0) -> None:
        """Stop at the running job's next check; a job that hangs is left behind."""
        with self._changed:
            self._closing = True
            if self._running is not None:
                self._running.ticket.cancel()
            self._changed.notify_all()
        self._thread.join(timeout)
        if self._thread.is_alive():
            logger.error("a job of %s still runs after %.0f s; leaving it", self._thread.name, timeout)

    def _work(self) -> None:
        # Where the system refuses, the thread runs like any other.
        with contextlib.suppress(OSError, AttributeError):
            own = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, own, os.getpriority(os.PRIO_PROCESS, own) + self._nice)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._waiting)
                if self._closing:
                    return
                client = self._waiting.popleft()
                job, client.job = client.job, None
                client.ticket = ticket = Ticket()
                self._running, self._begun = client, time.monotonic()
            outcome = _run(job, ticket) if job is not None else None
            with self._changed:
                self._running = None
                if outcome is not None and not ticket.cancelled:
                    self._note(time.monotonic() - self._begun, outcome)
                    client.outcome = outcome
                self._changed.notify_all()

    def _note(self, seconds: float, outcome: Outcome[T]) -> None:
        if outcome.error is None:
            last = self.run_seconds
            self.run_seconds = seconds if last is None else last + _AVERAGE * (seconds - last)

    def is_running(self, client: WorkClient[T]) -> bool:
        """Whether the client's job is the one that runs."""
        return self._running is client


class WorkClient(Generic[T]):
    """One session's place in the queue of a :class:`FairWorker`."""

    def __init__(self, worker: FairWorker[T]) -> None:
        self._worker = worker
        self.job: Job[T] | None = None
        """The worker's: what waits."""
        self.ticket = Ticket()
        """The worker's: of the job that runs, or ran last."""
        self.outcome: Outcome[T] | None = None
        """The worker's: what ended and was not taken yet."""

    @property
    def busy(self) -> bool:
        """Whether a job of this client waits or runs."""
        return self.job is not None or self._worker.is_running(self)

    @property
    def expected(self) -> float | None:
        """Seconds until the job is done, as far as can be told."""
        return self._worker.expected(self)

    def submit(self, job: Job[T]) -> None:
        """Order ``job``, in place of one that waits. Never waits."""
        self._worker.submit(self, job)

    def wait(self) -> None:
        """Until neither a job of this client waits nor one runs."""
        self._worker.wait(self)

    def take(self) -> Outcome[T] | None:
        """What ended since the last call. Never waits."""
        outcome, self.outcome = self.outcome, None
        return outcome

    def forget(self) -> None:
        """Drop the waiting job and stop the running one."""
        self._worker.forget(self)


def _run(job: Job[T], ticket: Ticket) -> Outcome[T] | None:
    try:
        return Outcome(job(ticket))
    except RunCancelled:
        return None
    except Exception as error:
        return Outcome(error=error)
