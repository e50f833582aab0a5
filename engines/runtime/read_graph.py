"""Reading ONNX files."""

from __future__ import annotations

from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import ModelProto

from engines.runtime.errors import GraphFileError
from engines.runtime.graph_file import graph_files


def read_graph(path: Path, *, weights: bool = True) -> ModelProto:
    """The graph; without ``weights``, those that lie in a file of their own stay there.

    Raises:
        GraphFileError: it is missing or damaged.
    """
    graph_files(path)
    try:
        return onnx.load(str(path), load_external_data=weights)
    except (OSError, ValueError, EOFError, DecodeError) as error:
        raise GraphFileError(f"{path} is no ONNX file or is damaged: {error}") from error
