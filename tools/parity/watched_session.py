"""A session whose runs are timed."""

from __future__ import annotations

from collections.abc import Mapping

from engines.runtime.session import Array, Session, TensorSpec
from tools.parity.stopwatch import Stopwatch


class WatchedSession:
    """Another session, whose seconds go to a stopwatch under a name."""

    def __init__(self, session: Session, name: str, watch: Stopwatch) -> None:
        self._session = session
        self._name = name
        self._watch = watch
        self.backend = session.backend
        self.inputs: Mapping[str, TensorSpec] = session.inputs
        self.outputs: Mapping[str, TensorSpec] = session.outputs

    def hold(self, name: str, value: Array) -> None:
        """See :class:`engines.runtime.session.Session`."""
        self._session.hold(name, value)

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """See :class:`engines.runtime.session.Session`."""
        with self._watch(self._name):
            return self._session.run(inputs)

    def close(self) -> None:
        """See :class:`engines.runtime.session.Session`."""
        self._session.close()
