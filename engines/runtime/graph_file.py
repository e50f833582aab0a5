"""The files of one exported graph, and what identifies it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engines.runtime.errors import GraphFileError

_CHUNK = 1 << 22


def data_path(path: Path) -> Path:
    """Where the weights of an ONNX file lie if they are too large for it."""
    return path.with_name(path.name + ".data")


def graph_files(path: Path) -> tuple[Path, ...]:
    """The ONNX file, and ``NAME.onnx.data`` beside it where the weights lie outside of it.

    Raises:
        GraphFileError: there is no such ONNX file.
    """
    if not path.is_file():
        raise GraphFileError(f"There is no ONNX file {path}. tools.export_onnx writes it.")
    data = data_path(path)
    return (path, data) if data.is_file() else (path,)


def graph_bytes(path: Path) -> int:
    """Size of the graph with its weights."""
    return sum(file.stat().st_size for file in graph_files(path))


def graph_digest(path: Path) -> str:
    """sha256 of the graph with its weights, in hex."""
    digest = hashlib.sha256()
    for file in graph_files(path):
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
