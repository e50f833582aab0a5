"""Half-precision copies of ONNX files."""

from __future__ import annotations

from pathlib import Path

from engines.runtime.graph_file import graph_digest
from engines.runtime.half_precision import to_half
from engines.runtime.read_graph import read_graph
from engines.runtime.save_graph import save_graph


def half_file(path: Path, folder: Path) -> Path:
    """The graph of ``path`` in fp16, in a file in ``folder`` that is written once for each content.

    Raises:
        GraphFileError: the file is missing or damaged.
    """
    target = folder / f"{path.stem}-{graph_digest(path)[:20]}.fp16.onnx"
    if not target.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        save_graph(to_half(read_graph(path)), target)
    return target
