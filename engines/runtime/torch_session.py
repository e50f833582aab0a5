"""Running a PyTorch module: fp32 on the CPU, fp16 channels-last with CUDA graphs on a GPU."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode

from engines.errors import EngineError
from engines.runtime.backend import Precision
from engines.runtime.cuda_buffers import CudaBuffers, empty, torch_dtype
from engines.runtime.errors import BackendMissingError
from engines.runtime.input_check import InputCheck
from engines.runtime.session import Array, TensorSpec
from engines.runtime.settings import RuntimeSettings


class TorchSession:
    """A module whose ``forward`` takes the inputs in order and returns a tensor or a tuple of them.

    Inputs arrive and outputs leave in the element types of the graph, whatever is calculated in. On the CPU
    in fp32 the module is used as it is, else a copy of it. Outputs given by name alone are found out by a dry
    run, which takes up to a second.

    Raises:
        BackendMissingError: a GPU is asked for and PyTorch sees none.
        EngineError: the module does not run on such inputs.
    """

    def __init__(
        self,
        module: nn.Module,
        inputs: Mapping[str, TensorSpec],
        outputs: Sequence[str] | Mapping[str, TensorSpec],
        settings: RuntimeSettings,
        *,
        on_gpu: bool = False,
    ) -> None:
        if on_gpu and not torch.cuda.is_available():
            raise BackendMissingError(
                "PyTorch sees no CUDA device here. Choose a backend that runs on the CPU."
            )
        precision = settings.precision or (Precision.FP16 if on_gpu else Precision.FP32)
        if precision is Precision.INT8:
            raise BackendMissingError(
                "PyTorch runs fp32 and fp16 here; INT8 is for ONNX Runtime and TensorRT."
            )
        self.backend = f"torch-{'cuda' if on_gpu else 'cpu'}-{precision.value}"
        self.inputs: Mapping[str, TensorSpec] = dict(inputs)
        self.outputs: Mapping[str, TensorSpec] = (
            dict(outputs) if isinstance(outputs, Mapping) else _output_specs(module, self.inputs, outputs)
        )
        self._check = InputCheck(self.inputs)
        self._float = torch.float16 if precision is Precision.FP16 else torch.float32
        self._module = module.eval()
        self._buffers: CudaBuffers | None = None
        self._device = torch.device("cuda", settings.device) if on_gpu else torch.device("cpu")
        if on_gpu:
            moved = copy.deepcopy(self._module).to(self._device, self._float)
            self._module = moved.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            self._buffers = CudaBuffers(self.inputs, self.outputs, self._device)
            self._tensors = self._buffers.tensors
            self._buffers.prepare(self._enqueue, settings.cuda_graph)
        else:
            torch.set_num_threads(settings.cpu_threads)
            if precision is Precision.FP16:
                self._module = copy.deepcopy(self._module).half()
            self._tensors = {name: empty(spec) for name, spec in self.inputs.items()}

    def hold(self, name: str, value: Array) -> None:
        """See :meth:`engines.runtime.session.Session.hold`."""
        self._feed({name: self._check.hold(name, value)})

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """See :meth:`engines.runtime.session.Session.run`."""
        self._feed(self._check.given(inputs))
        try:
            if self._buffers is not None:
                self._buffers.replay()
                return self._buffers.download()
            return {name: tensor.numpy().copy() for name, tensor in self._forward().items()}
        except RuntimeError as error:
            raise EngineError(f"{self.backend} failed: {error}") from error

    def time(self, inputs: Mapping[str, Array]) -> float:
        """See :meth:`engines.runtime.timed_session.TimedSession.time`."""
        self._feed(self._check.given(inputs))
        if self._buffers is not None:
            return self._buffers.timed_replay()
        begin = time.perf_counter()
        self._forward()
        return (time.perf_counter() - begin) * 1000

    def close(self) -> None:
        """See :meth:`engines.runtime.session.Session.close`."""
        if self._buffers is not None:
            self._buffers.close()
        self._tensors = {}
        self._module = nn.Identity()

    def _feed(self, arrays: Mapping[str, Array]) -> None:
        if self._buffers is not None:
            self._buffers.upload(arrays)
        else:
            for name, array in arrays.items():
                np.copyto(self._tensors[name].numpy(), array)

    def _enqueue(self) -> None:
        for name, result in self._forward().items():
            self._tensors[name].copy_(result)

    def _forward(self) -> dict[str, Tensor]:
        tensors = [self._tensors[name] for name in self.inputs]
        # Weights are in half precision already; what is left for autocast is to bring convolutions and matrix
        # products the same where a module calculates masks and the like in fp32, and to keep sums in fp32.
        half = torch.autocast(self._device.type, torch.float16, enabled=self._float is torch.float16)
        with torch.inference_mode(), half:
            results = _as_tuple(
                self._module(*(t.to(self._float) if t.is_floating_point() else t for t in tensors))
            )
        return {
            name: result.to(torch_dtype(spec.dtype))
            for (name, spec), result in zip(self.outputs.items(), results, strict=True)
        }


@contextmanager
def fake_inputs(inputs: Mapping[str, TensorSpec]) -> Iterator[list[Tensor]]:
    """Tensors with shapes and element types but no values; a module that takes them calculates nothing."""
    with FakeTensorMode(allow_non_fake_inputs=True):
        yield [torch.empty(spec.shape, dtype=torch_dtype(spec.dtype)) for spec in inputs.values()]


def _output_specs(
    module: nn.Module, inputs: Mapping[str, TensorSpec], names: Sequence[str]
) -> dict[str, TensorSpec]:
    """Shapes and element types without calculating anything."""
    with fake_inputs(inputs) as fakes, torch.no_grad():
        try:
            tensors = _as_tuple(module(*fakes))
        except RuntimeError as error:
            raise EngineError(f"The module does not run on its inputs: {error}") from error
    if len(tensors) != len(names):
        raise EngineError(f"The module returns {len(tensors)} outputs; {len(names)} are named.")
    return {
        name: TensorSpec(tuple(tensor.shape), torch.empty(0, dtype=tensor.dtype).numpy().dtype)
        for name, tensor in zip(names, tensors, strict=True)
    }


def _as_tuple(result: Tensor | Sequence[Tensor]) -> tuple[Tensor, ...]:
    return (result,) if isinstance(result, Tensor) else tuple(result)
