"""One thread for all sessions: in turn, newest first, and never in anybody's way."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from engines.hairfast.live.fair_worker import FairWorker, Ticket, WorkClient

PATIENCE = 10.0


@pytest.fixture
def worker() -> Iterator[FairWorker[str]]:
    made: FairWorker[str] = FairWorker("test", nice=3)
    yield made
    made.close()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


class Gate:
    """A job that runs until it is opened or nobody wants it."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.open = threading.Event()

    def __call__(self, ticket: Ticket) -> str:
        self.begun.set()
        while not self.open.wait(0.005):
            ticket.check()
        return "gate"


def _held(worker: FairWorker[str]) -> tuple[WorkClient[str], Gate]:
    client, gate = worker.client(), Gate()
    client.submit(gate)
    assert gate.begun.wait(PATIENCE)
    return client, gate


def test_results_arrive_once(worker: FairWorker[str]) -> None:
    client = worker.client()
    client.submit(lambda ticket: "done")
    client.wait()
    outcome = client.take()
    assert outcome is not None
    assert outcome.value == "done"
    assert client.take() is None


def test_the_newest_job_of_a_client_wins(worker: FairWorker[str]) -> None:
    _, gate = _held(worker)
    client, ran = worker.client(), list[str]()

    def job(name: str) -> str:
        ran.append(name)
        return name

    for name in ("old", "older still", "new"):
        client.submit(lambda ticket, name=name: job(name))  # type: ignore[misc]
    gate.open.set()
    client.wait()
    assert ran == ["new"]


def test_nobody_waits_behind_somebody_who_orders_all_the_time(worker: FairWorker[str]) -> None:
    _, gate = _held(worker)
    greedy, modest, order = worker.client(), worker.client(), list[str]()

    def again(ticket: Ticket) -> str:
        order.append("greedy")
        if len(order) < 6:
            greedy.submit(again)
        return ""

    def once(ticket: Ticket) -> str:
        order.append("modest")
        return ""

    greedy.submit(again)
    modest.submit(once)
    gate.open.set()
    modest.wait()
    assert order.index("modest") <= 1


def test_submitting_never_waits(worker: FairWorker[str]) -> None:
    _, gate = _held(worker)
    client = worker.client()
    begin = time.monotonic()
    for _ in range(100):
        client.submit(lambda ticket: "")
    assert time.monotonic() - begin < 0.5
    gate.open.set()


def test_a_client_that_leaves_stops_its_job_and_frees_the_thread(worker: FairWorker[str]) -> None:
    client, gate = _held(worker)
    other = worker.client()
    other.submit(lambda ticket: "other")
    client.forget()
    other.wait()
    outcome = other.take()
    assert outcome is not None
    assert outcome.value == "other"
    assert not gate.open.is_set()
    assert client.take() is None


def test_nothing_of_a_forgotten_job_arrives_even_if_it_runs_to_its_end(worker: FairWorker[str]) -> None:
    client, begun, end = worker.client(), threading.Event(), threading.Event()

    def deaf(ticket: Ticket) -> str:
        begun.set()
        end.wait(PATIENCE)
        return "of another person"

    client.submit(deaf)
    assert begun.wait(PATIENCE)
    client.forget()
    end.set()
    client.wait()
    assert client.take() is None
    client.submit(lambda ticket: "not taken yet")
    client.wait()
    client.forget()
    assert client.take() is None


def test_a_failing_job_is_reported_and_the_next_one_runs(worker: FairWorker[str]) -> None:
    client = worker.client()

    def broken(ticket: Ticket) -> str:
        raise ValueError("no")

    client.submit(broken)
    client.wait()
    outcome = client.take()
    assert outcome is not None
    assert isinstance(outcome.error, ValueError)
    client.submit(lambda ticket: "fine")
    client.wait()
    assert client.take().value == "fine"  # type: ignore[union-attr]


def test_the_time_left_is_told_from_the_last_run(worker: FairWorker[str]) -> None:
    client = worker.client()
    assert client.expected is None

    def job(ticket: Ticket) -> str:
        time.sleep(0.2)
        return ""

    client.submit(job)
    client.wait()
    assert worker.run_seconds == pytest.approx(0.2, abs=0.1)
    _, gate = _held(worker)
    later = worker.client()
    later.submit(lambda ticket: "")
    assert later.expected is not None
    assert 0.0 < later.expected <= 0.6
    gate.open.set()


def test_the_thread_and_those_it_starts_give_way_to_live_pictures(worker: FairWorker[str]) -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    found: list[int] = []

    def note() -> None:
        found.append(niceness())

    def job(ticket: Ticket) -> str:
        note()
        child = threading.Thread(target=note)
        child.start()
        child.join()
        return ""

    client = worker.client()
    client.submit(job)
    client.wait()
    assert found == [niceness() + 3, niceness() + 3]


def test_closing_stops_a_running_job() -> None:
    worker: FairWorker[str] = FairWorker("test")
    _, gate = _held(worker)
    begin = time.monotonic()
    worker.close(timeout=PATIENCE)
    assert time.monotonic() - begin < 1.0
    assert not any(thread.name == "test" and thread.is_alive() for thread in threading.enumerate())
    assert not gate.open.is_set()
