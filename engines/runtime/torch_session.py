"""Running a PyTorch module: fp32 on the CPU, fp16 channels-last with CUDA graphs on a GPU."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode

from engines.errors import EngineError
from engines.runtime.backend import Precision
from engines.runtime.errors import BackendMissingError
from engines.runtime.input_check import InputCheck
from engines.runtime.session import Array, TensorSpec
from engines.runtime.settings import RuntimeSettings

_WARM_UP_RUNS = 3
"""Before a capture: libraries choose their algorithms and allocate their scratch memory in the first runs."""


class TorchSession:
    """A module whose ``forward`` takes the inputs in order and returns a tensor or a tuple of them.

    On a GPU the module is copied there in the wanted precision, and inputs and outputs have buffers at fixed
    addresses; inputs arrive and outputs leave in the element types of the graph, whatever lies between. On
    the CPU the module is used as it is, not copied.

    Raises:
        BackendMissingError: a GPU is asked for and PyTorch sees none.
        EngineError: the module does not run on such inputs.
    """

    def __init__(
        self,
        module: nn.Module,
        inputs: Mapping[str, TensorSpec],
        outputs: Sequence[str],
        settings: RuntimeSettings,
        *,
        on_gpu: bool = False,
    ) -> None:
        if on_gpu and not torch.cuda.is_available():
            raise BackendMissingError(
                "PyTorch sees no CUDA device here. Choose a backend that runs on the CPU."
            )
        self._on_gpu = on_gpu
        self._device = torch.device("cuda", settings.device) if on_gpu else torch.device("cpu")
        precision = settings.precision or (Precision.FP16 if on_gpu else Precision.FP32)
        if precision is Precision.INT8:
            raise BackendMissingError(
                "PyTorch runs fp32 and fp16 here; INT8 is for ONNX Runtime and TensorRT."
            )
        self._float = torch.float16 if precision is Precision.FP16 else torch.float32
        self.backend = f"torch-{self._device.type}-{precision.value}"
        self.inputs: Mapping[str, TensorSpec] = dict(inputs)
        self._check = InputCheck(self.inputs)
        self._module = module.eval().requires_grad_(False)
        self.outputs: Mapping[str, TensorSpec] = self._output_specs(outputs)
        self._host_in = {name: _empty(spec, pinned=on_gpu) for name, spec in self.inputs.items()}
        self._graph: torch.cuda.CUDAGraph | None = None
        if on_gpu:
            self._move(settings.cuda_graph)
        else:
            torch.set_num_threads(settings.cpu_threads)
            self._device_in = self._host_in
            if self._float is torch.float16:
                self._module = copy.deepcopy(self._module).half()

    def hold(self, name: str, value: Array) -> None:
        """See :meth:`engines.runtime.session.Session.hold`."""
        self._feed({name: self._check.hold(name, value)})

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """See :meth:`engines.runtime.session.Session.run`."""
        self._feed(self._check.given(inputs))
        try:
            return self._run_on_gpu() if self._on_gpu else self._run_on_cpu()
        except RuntimeError as error:
            raise EngineError(f"{self.backend} failed: {error}") from error

    def close(self) -> None:
        """Free the device."""
        self._graph = None
        self._device_in = {}
        self._device_out: tuple[Tensor, ...] = ()
        self._host_in = {}
        self._module = nn.Identity()

    def replay(self) -> None:
        """Enqueue one pass over the inputs as they lie on the device, and return before it has run.

        For measuring with device events on :attr:`stream`; needs a GPU.
        """
        with torch.cuda.stream(self.stream):
            if self._graph is not None:
                self._graph.replay()
            else:
                self._device_out = self._forward()

    def _output_specs(self, names: Sequence[str]) -> dict[str, TensorSpec]:
        """Shapes and element types without calculating anything."""
        with FakeTensorMode(allow_non_fake_inputs=True), torch.no_grad():
            fakes = [torch.empty(s.shape, dtype=_torch_dtype(s.dtype)) for s in self.inputs.values()]
            try:
                tensors = _as_tuple(self._module(*fakes))
            except RuntimeError as error:
                raise EngineError(f"The module does not run on its inputs: {error}") from error
        if len(tensors) != len(names):
            raise EngineError(f"The module returns {len(tensors)} outputs; {len(names)} are named.")
        return {
            name: TensorSpec(tuple(tensor.shape), torch.empty(0, dtype=tensor.dtype).numpy().dtype)
            for name, tensor in zip(names, tensors, strict=True)
        }

    def _move(self, capture: bool) -> None:
        moved = copy.deepcopy(self._module).to(self._device, self._float)
        self._module = moved.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._device_in = {name: t.to(self._device) for name, t in self._host_in.items()}
        self._host_out = {name: _empty(spec, pinned=True) for name, spec in self.outputs.items()}
        self.stream = torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
        self.stream.wait_stream(torch.cuda.current_stream(self._device))
        with torch.cuda.stream(self.stream):
            for _ in range(_WARM_UP_RUNS):
                self._device_out = self._forward()
        self.stream.synchronize()
        if capture:
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, stream=self.stream):
                self._device_out = self._forward()
            self._graph = graph

    def _forward(self) -> tuple[Tensor, ...]:
        with torch.inference_mode():
            tensors = []
            for tensor in self._device_in.values():
                cast = tensor.to(self._float) if tensor.is_floating_point() else tensor
                if self._on_gpu and cast.dim() == 4:
                    cast = cast.contiguous(memory_format=torch.channels_last)
                tensors.append(cast)
            results = _as_tuple(self._module(*tensors))
            dtypes = (_torch_dtype(spec.dtype) for spec in self.outputs.values())
            return tuple(result.to(dtype) for result, dtype in zip(results, dtypes, strict=True))

    def _feed(self, arrays: Mapping[str, Array]) -> None:
        for name, array in arrays.items():
            np.copyto(self._host_in[name].numpy(), array)
            if self._on_gpu:
                with torch.cuda.stream(self.stream):
                    self._device_in[name].copy_(self._host_in[name], non_blocking=True)

    def _run_on_cpu(self) -> dict[str, Array]:
        return {name: t.numpy().copy() for name, t in zip(self.outputs, self._forward(), strict=True)}

    def _run_on_gpu(self) -> dict[str, Array]:
        self.replay()
        with torch.cuda.stream(self.stream):
            for name, result in zip(self.outputs, self._device_out, strict=True):
                self._host_out[name].copy_(result, non_blocking=True)
        self.stream.synchronize()
        return {name: tensor.numpy().copy() for name, tensor in self._host_out.items()}


def _as_tuple(result: Tensor | Sequence[Tensor]) -> tuple[Tensor, ...]:
    return (result,) if isinstance(result, Tensor) else tuple(result)


def _torch_dtype(dtype: np.dtype[np.generic]) -> torch.dtype:
    return torch.from_numpy(np.empty(0, dtype)).dtype


def _empty(spec: TensorSpec, pinned: bool) -> Tensor:
    return torch.zeros(spec.shape, dtype=_torch_dtype(spec.dtype), pin_memory=pinned)
