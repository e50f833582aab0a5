"""One way to run a network, whatever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """Shape and element type of an input or output. Every shape is static."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


class Session(Protocol):
    """A network ready to run: static shapes, host arrays in, host arrays out.

    One session belongs to one thread at a time. What it needs on a device (buffers, stream, CUDA graph) it
    allocates once.
    """

    backend: str
    """What runs it, as tables show it: ``torch-cpu-fp32``, ``onnxruntime-cpu-fp32``, ``tensorrt-fp16`` ..."""
    inputs: Mapping[str, TensorSpec]
    outputs: Mapping[str, TensorSpec]

    def hold(self, name: str, value: Array) -> None:
        """Keep ``value`` as the input ``name`` for every later :meth:`run`, on the device where there is one.

        For what changes at keyframes only. A held input need not be given to ``run``.

        Raises:
            SessionInputError: no such input, or another shape or element type.
        """

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """All outputs by name. They belong to the caller.

        Raises:
            SessionInputError: an input is missing, unknown, or of another shape or element type.
            EngineError: the backend failed.
        """

    def close(self) -> None:
        """Free the device. No other call follows."""
