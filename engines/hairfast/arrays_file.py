"""Dataclasses of arrays to bytes and back, for caches on disk."""

from __future__ import annotations

import dataclasses
import io
import zipfile
import zlib
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

CodeT = TypeVar("CodeT", bound="DataclassInstance")


def to_bytes(code: DataclassInstance) -> bytes:
    """A dataclass whose fields are arrays, as an ``.npz`` file."""
    buffer = io.BytesIO()
    np.savez(buffer, **{field.name: getattr(code, field.name) for field in dataclasses.fields(code)})
    return buffer.getvalue()


def from_bytes(kind: type[CodeT], data: bytes) -> CodeT:
    """What :func:`to_bytes` wrote.

    Raises:
        ValueError: not such a file, or one of another dataclass.
    """
    names = {field.name for field in dataclasses.fields(kind)}
    try:
        with np.load(io.BytesIO(data)) as file:
            if set(file.files) == names:
                return kind(**{name: file[name] for name in names})
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        pass
    raise ValueError(f"Not a file of {kind.__name__}.")
