"""How long a failing engine waits for its restart."""

from __future__ import annotations

from itertools import pairwise

from realtime.restart_backoff import RestartBackoff


def _restarts(backoff: RestartBackoff, seconds: float) -> list[float]:
    """When something that fails at once on every start is started, stepping 30 times a second."""
    times = []
    for frame in range(int(seconds * 30)):
        if backoff.ready(frame / 30):
            times.append(frame / 30)
            backoff.failed(frame / 30)
    return times


def test_nothing_failed_so_it_may_start() -> None:
    backoff = RestartBackoff(0.5, 30.0)
    assert backoff.ready(0.0)
    assert backoff.since(0.0) == float("inf")


def test_the_first_restart_is_immediate_and_the_wait_doubles() -> None:
    times = _restarts(RestartBackoff(0.5, 30.0), 20.0)
    waits = [round(b - a, 1) for a, b in pairwise(times)]
    assert waits == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0]


def test_the_wait_is_bounded() -> None:
    times = _restarts(RestartBackoff(0.5, 2.0), 30.0)
    assert max(b - a for a, b in pairwise(times)) < 2.1


def test_an_old_failure_is_forgiven() -> None:
    backoff = RestartBackoff(0.5, 30.0)
    for time in (0.0, 0.1, 0.7):
        backoff.failed(time)
    backoff.failed(60.0)
    assert backoff.ready(60.0)
