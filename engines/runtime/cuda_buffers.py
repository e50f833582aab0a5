"""Inputs and outputs of one session on a GPU, at fixed addresses, with a stream of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor

from engines.errors import EngineError
from engines.runtime.session import Array, TensorSpec

_WARM_UP_RUNS = 3
"""Before a capture: libraries choose their algorithms and allocate their scratch memory in the first runs."""


class CudaBuffers:
    """Pinned memory on the host, its counterpart on the device, and what runs between them.

    PyTorch allocates them and owns the stream and the graph, for TensorRT too: it is there anyway where
    HairFastGAN runs on a GPU, so that one CUDA context and one allocator serve both, and no second binding of
    the CUDA runtime is needed.
    """

    def __init__(
        self, inputs: Mapping[str, TensorSpec], outputs: Mapping[str, TensorSpec], device: torch.device
    ) -> None:
        self.stream: torch.cuda.Stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._host = {name: empty(spec, pinned=True) for name, spec in (*inputs.items(), *outputs.items())}
        self._outputs = tuple(outputs)
        self.tensors = {name: tensor.to(device) for name, tensor in self._host.items()}
        self.stream.wait_stream(torch.cuda.current_stream(device))
        self._run: Callable[[], None] | None = None

    def prepare(self, enqueue: Callable[[], None], capture: bool) -> None:
        """Warm up ``enqueue``, which launches one pass on the current stream, and capture it as a CUDA graph
        where ``capture``.

        Raises:
            EngineError: it cannot run or be captured.
        """
        try:
            with torch.cuda.stream(self.stream):
                for _ in range(_WARM_UP_RUNS):
                    enqueue()
            self.stream.synchronize()
            self._run = enqueue
            if capture:
                graph = torch.cuda.CUDAGraph()
                with torch.cuda.graph(graph, stream=self.stream):
                    enqueue()
                self._run = graph.replay
        except RuntimeError as error:
            raise EngineError(
                f"The GPU could not run the network: {error}."
                " If it is the capture that fails, set cuda_graph to false."
            ) from error

    def upload(self, arrays: Mapping[str, Array]) -> None:
        """Copy inputs to the device, in the stream's order."""
        with torch.cuda.stream(self.stream):
            for name, array in arrays.items():
                np.copyto(self._host[name].numpy(), array)
                self.tensors[name].copy_(self._host[name], non_blocking=True)

    def replay(self) -> None:
        """Enqueue one pass over what lies on the device; return before it has run."""
        assert self._run is not None
        with torch.cuda.stream(self.stream):
            self._run()

    def timed_replay(self) -> float:
        """Milliseconds one pass takes on the device, by its own clock."""
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
        begin.record(self.stream)
        self.replay()
        end.record(self.stream)
        self.stream.synchronize()
        return float(begin.elapsed_time(end))

    def download(self) -> dict[str, Array]:
        """Wait for the stream; all outputs as copies."""
        with torch.cuda.stream(self.stream):
            for name in self._outputs:
                self._host[name].copy_(self.tensors[name], non_blocking=True)
        self.stream.synchronize()
        return {name: self._host[name].numpy().copy() for name in self._outputs}

    def close(self) -> None:
        """Free the memory."""
        self.stream.synchronize()
        self._run = None
        self._host, self.tensors = {}, {}


def torch_dtype(dtype: np.dtype[np.generic]) -> torch.dtype:
    """PyTorch's name of a numpy element type."""
    return torch.from_numpy(np.empty(0, dtype)).dtype


def empty(spec: TensorSpec, pinned: bool = False) -> Tensor:
    """Zeros of that shape and element type on the host."""
    return torch.zeros(spec.shape, dtype=torch_dtype(spec.dtype), pin_memory=pinned)
