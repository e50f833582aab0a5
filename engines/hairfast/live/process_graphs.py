"""Graphs in a process of their own, so that frames share neither interpreter nor priority with them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from engines.errors import EngineError, LiveHairError
from engines.hairfast.live.graph_source import Graphs
from engines.runtime.session import Array, TensorSpec

_CLOSE_SECONDS = 5.0


class ProcessGraphs:
    """Implements ``Graphs``; belongs to one thread, whose waiting holds up no other.

    A thread of low priority that holds the interpreter's lock makes every frame wait for it; a process does
    not. ``open_graphs`` is called in the process and must be picklable. ``nice``: how much more the process
    takes than this one. The process starts with the first graph asked for, starts again after it died,
    and ends with its parent.
    """

    def __init__(self, open_graphs: Callable[[], Graphs], nice: int = 0) -> None:
        self._open_graphs = open_graphs
        self._nice = nice
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None

    def __call__(self, name: str) -> ProcessSession:
        """The graph ``name``, ready to run.

        Raises:
            EngineError: it cannot be opened; the message says why.
        """
        return ProcessSession(self, name)

    def ask(self, call: str, *arguments: object) -> object:
        """What the process answers to ``call``, a method of :class:`_Server`.

        Raises:
            EngineError: the call failed there, or the process died.
        """
        if self._connection is None:
            self._start()
        assert self._connection is not None
        try:
            self._connection.send((call, arguments))
            error, answer = self._connection.recv()
        except (EOFError, OSError):
            self.close()
            raise EngineError(
                "The process that runs the networks ended, most often for want of memory; it starts again."
            ) from None
        if error is not None:
            raise EngineError(error)
        return answer

    def close(self) -> None:
        """End the process, and with it every session."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.join(_CLOSE_SECONDS)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
        self._process = self._connection = None

    def _start(self) -> None:
        # A forked copy of a process with threads may find their locks taken for ever.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._open_graphs, self._nice), name="networks", daemon=True
        )
        self._process.start()
        theirs.close()


class ProcessSession:
    """Implements ``Session`` for one graph of the process."""

    def __init__(self, graphs: ProcessGraphs, name: str) -> None:
        self._graphs = graphs
        self._name = name
        described = graphs.ask("describe", name)
        assert isinstance(described, tuple)
        self.backend: str = described[0]
        self.inputs: Mapping[str, TensorSpec] = described[1]
        self.outputs: Mapping[str, TensorSpec] = described[2]

    def hold(self, name: str, value: Array) -> None:
        """See :meth:`engines.runtime.session.Session.hold`."""
        self._graphs.ask("hold", self._name, name, value)

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """See :meth:`engines.runtime.session.Session.run`."""
        outputs = self._graphs.ask("run", self._name, dict(inputs))
        assert isinstance(outputs, dict)
        return outputs

    def close(self) -> None:
        """The process keeps its sessions until it ends."""


class _Server:
    """The other end."""

    def __init__(self, graphs: Graphs) -> None:
        self._graphs = graphs

    def describe(self, name: str) -> object:
        session = self._graphs(name)
        return session.backend, dict(session.inputs), dict(session.outputs)

    def hold(self, graph: str, name: str, value: Array) -> None:
        self._graphs(graph).hold(name, value)

    def run(self, graph: str, inputs: dict[str, Array]) -> dict[str, Array]:
        return self._graphs(graph).run(inputs)


def _serve(connection: Connection, open_graphs: Callable[[], Graphs], nice: int) -> None:
    # Ctrl-C reaches every process of a terminal; the parent decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):
        os.nice(nice)
        # Linux: whoever else wakes runs at once, which niceness alone does not promise.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    server: _Server | None = None
    while True:
        try:
            call, arguments = connection.recv()
        except (EOFError, OSError):
            return
        error = answer = None
        try:
            if server is None:
                server = _Server(open_graphs())
            answer = getattr(server, call)(*arguments)
        except LiveHairError as failure:
            error = str(failure)
        except Exception:
            error = f"A network failed: {traceback.format_exc(limit=-3)}"
        connection.send((error, answer))
