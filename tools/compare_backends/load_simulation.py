"""Many users at one worker."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What ``users`` saw who each sent the next request when the last one was answered or given up.

    Times count from sending to the answer. Requests without an answer (given up, or still waiting at the end)
    count with the time they waited, so a quantile that falls among them is a lower bound.
    """

    users: int
    throughput: float
    """Requests answered per second."""
    median_ms: float
    p95_ms: float
    median_is_bound: bool
    p95_is_bound: bool
    answered: int
    timeouts: int
    """Requests given up after the time limit."""
    waiting: int
    """Requests without an answer when the level ended."""

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return asdict(self)


@dataclass(slots=True)
class _Request:
    sent: float
    done: threading.Event = field(default_factory=threading.Event)
    abandoned: bool = False


def simulate(work: Callable[[], object], users: int, seconds: float, timeout: float) -> LoadReport:
    """Let ``users`` keep one worker busy for so many seconds.

    The worker takes requests from one queue in the order they came and does ``work`` for each, in a thread
    of its own. A user gives up after ``timeout`` seconds; the worker skips what was given up. The level ends
    after ``seconds`` plus at most one ``work``. First come, first served has its price: where users give up
    sooner than the queue is long, the worker may be busy with requests that end too late for anyone.

    Raises:
        Exception: whatever ``work`` raises.
    """
    requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
    begin = time.perf_counter()
    end = begin + seconds
    answers: list[float] = []
    unanswered: list[tuple[float, bool]] = []
    failures: list[Exception] = []
    lock = threading.Lock()

    def serve() -> None:
        while (request := requests.get()) is not None and time.perf_counter() < end:
            if request.abandoned:
                continue
            try:
                work()
            except Exception as error:
                failures.append(error)
                return
            request.done.set()

    def use() -> None:
        while (now := time.perf_counter()) < end and not failures:
            request = _Request(now)
            requests.put(request)
            answered = request.done.wait(min(timeout, end - now))
            waited = time.perf_counter() - now
            with lock:
                if answered:
                    answers.append(waited)
                else:
                    request.abandoned = True
                    unanswered.append((waited, waited >= timeout))

    worker = threading.Thread(target=serve, name="worker")
    crowd = [threading.Thread(target=use, name=f"user-{i}") for i in range(users)]
    for thread in (worker, *crowd):
        thread.start()
    for thread in crowd:
        thread.join()
    elapsed = time.perf_counter() - begin
    requests.put(None)
    worker.join()
    if failures:
        raise failures[0]
    return _report(users, elapsed, answers, unanswered)


def _report(
    users: int, elapsed: float, answers: list[float], unanswered: list[tuple[float, bool]]
) -> LoadReport:
    timeouts = sum(given_up for _, given_up in unanswered)
    # (milliseconds, whether it is only a lower bound), shortest first
    waits = sorted([(t * 1000, False) for t in answers] + [(t * 1000, True) for t, _ in unanswered])
    median, p95 = (waits[int(np.ceil(q * len(waits))) - 1] for q in (0.5, 0.95))
    return LoadReport(
        users=users,
        throughput=len(answers) / elapsed,
        median_ms=median[0],
        p95_ms=p95[0],
        median_is_bound=median[1],
        p95_is_bound=p95[1],
        answered=len(answers),
        timeouts=timeouts,
        waiting=len(unanswered) - timeouts,
    )
