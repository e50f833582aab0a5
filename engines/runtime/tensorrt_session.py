"""Running a TensorRT engine.

API: https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/python-api/ (TensorRT 10 and 11): tensors by
name, addresses set once, ``execute_async_v3`` on the session's own stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.errors import EngineError
from engines.runtime.backend import Precision
from engines.runtime.build_progress import BuildProgress
from engines.runtime.cuda_buffers import CudaBuffers
from engines.runtime.engine_builder import EngineBuilder
from engines.runtime.errors import GraphFileError
from engines.runtime.input_check import InputCheck
from engines.runtime.session import Array, TensorSpec
from engines.runtime.settings import RuntimeSettings
from engines.runtime.tensorrt_package import import_tensorrt, new_logger


class TensorrtSession:
    """The engine of an ONNX file, built now where it is not in the cache.

    Raises:
        BackendMissingError: no GPU, or TensorRT cannot be imported.
        EngineBuildError: TensorRT does not take the graph.
        EngineError: the engine does not run here.
    """

    def __init__(self, path: Path, settings: RuntimeSettings, progress: BuildProgress | None = None) -> None:
        precision = settings.precision or Precision.FP16
        plan = EngineBuilder(settings).engine(path, precision, progress)
        trt = import_tensorrt()
        self._messages: list[str] = []
        self._runtime = trt.Runtime(new_logger(trt, self._messages))
        device = torch.device("cuda", settings.device)
        with torch.cuda.device(device):
            self._engine = self._runtime.deserialize_cuda_engine(plan)
            if self._engine is None:
                raise GraphFileError(
                    f"The engine of {path.name} cannot be read: {self._why()}."
                    f" Delete {settings.engine_folder} and start again."
                )
            self._context = self._engine.create_execution_context()
        self.backend = f"tensorrt-{precision.value}"
        self.inputs: Mapping[str, TensorSpec] = self._specs(trt, trt.TensorIOMode.INPUT)
        self.outputs: Mapping[str, TensorSpec] = self._specs(trt, trt.TensorIOMode.OUTPUT)
        self._check = InputCheck(self.inputs)
        self._buffers = CudaBuffers(self.inputs, self.outputs, device)
        for name, tensor in self._buffers.tensors.items():
            self._context.set_tensor_address(name, tensor.data_ptr())
        self._buffers.prepare(self._enqueue, settings.cuda_graph)

    def hold(self, name: str, value: Array) -> None:
        """See :meth:`engines.runtime.session.Session.hold`."""
        self._buffers.upload({name: self._check.hold(name, value)})

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """See :meth:`engines.runtime.session.Session.run`."""
        self._buffers.upload(self._check.given(inputs))
        try:
            self._buffers.replay()
            return self._buffers.download()
        except RuntimeError as error:
            raise EngineError(f"{self.backend} failed: {error}") from error

    def time(self, inputs: Mapping[str, Array]) -> float:
        """See :meth:`engines.runtime.timed_session.TimedSession.time`."""
        self._buffers.upload(self._check.given(inputs))
        return self._buffers.timed_replay()

    def close(self) -> None:
        """See :meth:`engines.runtime.session.Session.close`."""
        self._buffers.close()
        # An execution context must go before its engine, and the engine before its runtime.
        self._context = self._engine = self._runtime = None

    def _enqueue(self) -> None:
        stream = torch.cuda.current_stream().cuda_stream
        if not self._context.execute_async_v3(stream):
            raise EngineError(f"{self.backend} could not start: {self._why()}.")

    def _specs(self, trt: Any, mode: Any) -> dict[str, TensorSpec]:
        names = [self._engine.get_tensor_name(i) for i in range(self._engine.num_io_tensors)]
        return {
            name: TensorSpec(
                tuple(self._engine.get_tensor_shape(name)),
                np.dtype(trt.nptype(self._engine.get_tensor_dtype(name))),
            )
            for name in names
            if self._engine.get_tensor_mode(name) == mode
        }

    def _why(self) -> str:
        return "; ".join(self._messages[-3:]) or "TensorRT gave no reason"
