"""Exported graphs by name."""

from __future__ import annotations

from pathlib import Path

from engines.runtime.backend import Backend, Precision
from engines.runtime.open_session import open_session
from engines.runtime.session import Session
from engines.runtime.settings import RuntimeSettings

QUANTISED = (".int8-qat.onnx", ".int8-ptq.onnx")
"""Endings of graphs with Q/DQ nodes, the better one first: fine-tuned, then calibrated only."""


def graph_path(folder: Path, name: str, precision: Precision | None) -> Path:
    """The file of a graph: for INT8 a quantised one where there is one, else ``NAME.onnx``."""
    if precision is Precision.INT8:
        for ending in QUANTISED:
            if (folder / f"{name}{ending}").is_file():
                return folder / f"{name}{ending}"
    return folder / f"{name}.onnx"


class OnnxGraphs:
    """Sessions over a folder that ``tools.export_onnx`` wrote, opened when they are asked for; belongs to one
    thread.

    Without ``keep`` only the session asked for last is open: for photos. With it all stay open: for video.
    """

    def __init__(
        self, folder: Path, backend: Backend, settings: RuntimeSettings, *, keep: bool = True
    ) -> None:
        self._folder = folder
        self._backend = backend
        self._settings = settings
        self._keep = keep
        self._open: dict[str, Session] = {}

    def __call__(self, name: str) -> Session:
        """The graph ``name``, ready to run.

        Raises:
            GraphFileError: there is no such file, or it is damaged.
            BackendMissingError: this machine lacks the backend.
        """
        if name not in self._open:
            if not self._keep:
                self.close()
            path = graph_path(self._folder, name, self._settings.precision)
            self._open[name] = open_session(path, self._backend, self._settings)
        return self._open[name]

    def close(self) -> None:
        """Close every session."""
        for session in self._open.values():
            session.close()
        self._open.clear()
