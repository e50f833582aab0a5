"""The graphs run by PyTorch, straight from the weights: for single photos and for checking the others."""

from __future__ import annotations

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.network_store import NetworkStore
from engines.runtime.session import Session
from engines.runtime.settings import RuntimeSettings
from engines.runtime.torch_session import TorchSession


class TorchGraphs:
    """Sessions by the names of the catalogue, opened when they are asked for; belongs to one thread.

    What bounds the memory is the store. Without ``keep`` only the session asked for last is open, so that the
    store may let networks go: for photos. With it every session stays open: for video.
    """

    def __init__(
        self,
        store: NetworkStore,
        settings: RuntimeSettings | None = None,
        *,
        keep: bool = False,
        on_gpu: bool = False,
    ) -> None:
        self._store = store
        self._settings = settings or RuntimeSettings()
        self._keep = keep
        self._on_gpu = on_gpu
        self._open: dict[str, TorchSession] = {}

    def __call__(self, name: str) -> Session:
        """The graph ``name``, ready to run; without ``keep`` the one before is closed.

        Raises:
            KeyError: there is no such graph.
            WeightsError: weights it needs cannot be read.
        """
        if name not in self._open:
            if not self._keep:
                self.close()
            self._open[name] = self._session(name)
        return self._open[name]

    def close(self) -> None:
        """Close every session. The store is the caller's."""
        for session in self._open.values():
            session.close()
        self._open.clear()

    def _session(self, name: str) -> TorchSession:
        graph = GRAPHS[name]
        return TorchSession(
            graph.build(self._store),
            graph.input_specs(self._store.width),
            graph.output_specs(self._store.width),
            self._settings,
            on_gpu=self._on_gpu,
        )
