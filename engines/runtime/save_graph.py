"""Writing ONNX files."""

from __future__ import annotations

from pathlib import Path

import onnx

from engines.runtime.graph_file import data_path

_INSIDE_BYTES = 2_000_000_000
"""Weights of more bytes than this go to ``NAME.onnx.data``: a protobuf message ends at 2 GiB."""


def save_graph(model: onnx.ModelProto, path: Path) -> None:
    """Write a graph, its weights in ``NAME.onnx.data`` where they are too large for the file itself."""
    data = data_path(path)
    data.unlink(missing_ok=True)
    large = sum(len(weight.raw_data) for weight in model.graph.initializer) > _INSIDE_BYTES
    draft = path.with_name(f".{path.name}.part")
    onnx.save(model, str(draft), save_as_external_data=large, location=data.name)
    draft.replace(path)
