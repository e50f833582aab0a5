"""What a built engine depends on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engines.runtime.backend import Precision
from engines.runtime.gpu import Gpu
from engines.runtime.graph_file import graph_digest

_RECIPE = 1
"""Counts changes of how graphs are prepared for TensorRT; engines built otherwise are built anew."""


@dataclass(frozen=True, slots=True)
class EngineKey:
    """An engine built for one of these runs with no other."""

    graph: str
    """Name of the ONNX file without its suffix; for people, since the digest says it all."""
    digest: str
    """sha256 of the ONNX file with its weights."""
    precision: Precision
    gpu: Gpu
    tensorrt: str
    """Version of TensorRT."""

    @classmethod
    def of(cls, path: Path, precision: Precision, gpu: Gpu, tensorrt: str) -> EngineKey:
        """The key of the graph in ``path``.

        Raises:
            GraphFileError: there is no such file.
        """
        return cls(path.stem, graph_digest(path), precision, gpu, tensorrt)

    @property
    def file_name(self) -> str:
        """A name that no other key has: graph, precision, and 20 digits of a hash over everything."""
        everything = json.dumps({**self.to_json(), "recipe": _RECIPE}, sort_keys=True)
        short = hashlib.sha256(everything.encode()).hexdigest()[:20]
        return f"{self.graph}-{self.precision.value}-{short}.engine"

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return {**asdict(self), "precision": self.precision.value}
