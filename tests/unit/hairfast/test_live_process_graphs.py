"""Graphs in a process of their own, over real processes and twins."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import psutil
import pytest

from engines.errors import EngineError
from engines.hairfast.live.process_graphs import ProcessGraphs
from engines.runtime.session import Array, Session
from tests.unit.hairfast.live_twins import TwinGraphs

GRAPH = "sean_features"


@pytest.fixture(scope="module")
def graphs() -> Iterator[ProcessGraphs]:
    graphs = ProcessGraphs(TwinGraphs, nice=3)
    yield graphs
    graphs.close()


def _inputs(session: Session) -> dict[str, Array]:
    random = np.random.default_rng(0)
    return {name: random.random(spec.shape).astype(spec.dtype) for name, spec in session.inputs.items()}


def _children() -> set[psutil.Process]:
    every = psutil.Process().children(recursive=True)
    return {child for child in every if "spawn_main" in " ".join(child.cmdline())}


def test_what_the_process_calculates_is_what_is_calculated_here(graphs: ProcessGraphs) -> None:
    there, here = graphs(GRAPH), TwinGraphs()(GRAPH)
    assert (there.backend, there.inputs, there.outputs) == (here.backend, here.inputs, here.outputs)
    inputs = _inputs(here)
    got, wanted = there.run(inputs), here.run(inputs)
    assert got.keys() == wanted.keys()
    for name, value in wanted.items():
        np.testing.assert_array_equal(got[name], value)


def test_held_inputs_stay_there(graphs: ProcessGraphs) -> None:
    session = graphs(GRAPH)
    inputs = _inputs(session)
    wanted = session.run(inputs)
    for name, value in inputs.items():
        session.hold(name, value)
    got = session.run({})
    for name, value in wanted.items():
        np.testing.assert_array_equal(got[name], value)


def test_the_process_gives_way(graphs: ProcessGraphs) -> None:
    graphs(GRAPH)
    assert _children().pop().nice() == min(os.getpriority(os.PRIO_PROCESS, 0) + 3, 19)


def test_what_fails_there_is_said_here_and_the_process_goes_on(graphs: ProcessGraphs) -> None:
    with pytest.raises(EngineError, match="no-such-graph"):
        graphs("no-such-graph")
    assert graphs(GRAPH).run(_inputs(graphs(GRAPH)))


def test_a_process_that_dies_is_started_again(graphs: ProcessGraphs) -> None:
    session = graphs(GRAPH)
    inputs = _inputs(session)
    _children().pop().kill()
    with pytest.raises(EngineError, match="ended"):
        session.run(inputs)
    assert graphs(GRAPH).run(inputs)


def test_closing_ends_the_process() -> None:
    before = _children()
    graphs = ProcessGraphs(TwinGraphs)
    graphs(GRAPH)
    (child,) = _children() - before
    graphs.close()
    assert not child.is_running()
