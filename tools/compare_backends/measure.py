"""Measuring one way to run one graph."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from engines.errors import LiveHairError
from engines.runtime.session import Array
from engines.runtime.timed_session import TimedSession
from tools.compare_backends.contenders import Contender
from tools.compare_backends.load_simulation import LoadReport, simulate
from tools.fidelity import relative_error

Outputs = list[dict[str, Array]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    repeats: int = 20
    """Timed passes; the median counts."""
    warm_up: int = 3
    users: tuple[int, ...] = ()
    """Load levels."""
    seconds: float = 3.0
    """Of each load level."""
    timeout: float = 10.0
    """A user gives up after so many seconds."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was found out about a contender; ``lack`` says why where nothing was."""

    label: str
    lack: str | None = None
    backend: str = ""
    milliseconds: float = 0.0
    megabytes: float = 0.0
    error: float = 0.0
    """See :func:`tools.fidelity.relative_error`; the worst output's."""
    fidelity: Mapping[str, float] = field(default_factory=dict)
    """Figures by name, such as ``PSNR dB``."""
    loads: tuple[LoadReport, ...] = ()

    @property
    def requests_per_second(self) -> float:
        """The most that any load level answered; without levels, what the time of one pass allows."""
        if self.loads:
            return max(load.throughput for load in self.loads)
        return 1000 / self.milliseconds if self.milliseconds else 0.0

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return {**asdict(self), "requests_per_second": self.requests_per_second}


def measure(
    contender: Contender,
    examples: Sequence[Mapping[str, Array]],
    reference: Outputs | None,
    plan: Plan,
    fidelity: Callable[[Outputs, Outputs], Mapping[str, float]] | None = None,
) -> tuple[Measurement, Outputs | None]:
    """The measurement, and the outputs for ``examples``, which are taken in turns.

    Compared are the outputs with ``reference``, or with themselves without one.
    """
    if contender.lack is not None:
        return Measurement(contender.label, contender.lack), None
    try:
        session = contender.open()
    except LiveHairError as error:
        return Measurement(contender.label, str(error)), None
    try:
        return _measure(contender, session, examples, reference, plan, fidelity)
    except LiveHairError as error:
        return Measurement(contender.label, str(error)), None
    finally:
        session.close()


def _measure(
    contender: Contender,
    session: TimedSession,
    examples: Sequence[Mapping[str, Array]],
    reference: Outputs | None,
    plan: Plan,
    fidelity: Callable[[Outputs, Outputs], Mapping[str, float]] | None,
) -> tuple[Measurement, Outputs]:
    outputs = [session.run(example) for example in examples]
    wanted = reference or outputs
    turns = itertools.cycle(examples)
    for _ in range(plan.warm_up):
        session.time(next(turns))
    times = [session.time(next(turns)) for _ in range(plan.repeats)]
    loads = [
        simulate(lambda: session.run(next(turns)), users, plan.seconds, plan.timeout) for users in plan.users
    ]
    measurement = Measurement(
        label=contender.label,
        backend=session.backend,
        milliseconds=statistics.median(times),
        megabytes=contender.size_bytes() / 1e6,
        error=max(
            relative_error([o[name] for o in outputs], [w[name] for w in wanted]) for name in session.outputs
        ),
        fidelity=fidelity(outputs, wanted) if fidelity else {},
        loads=tuple(loads),
    )
    return measurement, outputs
