"""Running an ONNX file with ONNX Runtime, on the CPU or a GPU."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from engines.errors import EngineError
from engines.runtime.backend import Backend, Precision
from engines.runtime.errors import BackendMissingError, GraphFileError
from engines.runtime.input_check import InputCheck
from engines.runtime.session import Array, TensorSpec
from engines.runtime.settings import RuntimeSettings

_PROVIDERS = {
    Backend.ORT_CPU: "CPUExecutionProvider",
    Backend.ORT_CUDA: "CUDAExecutionProvider",
    Backend.ORT_TENSORRT: "TensorrtExecutionProvider",
}
_DTYPES = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(uint8)": np.uint8,
    "tensor(int8)": np.int8,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
}
_ERRORS_ONLY = 3
"""ONNX Runtime's severity: warnings about optional rewrites are no concern of a user."""


class OnnxSession:
    """An ONNX file with static shapes; its inputs and outputs are bound to buffers once.

    Raises:
        BackendMissingError: this build of ONNX Runtime lacks the provider.
        GraphFileError: the file is missing, damaged or has dynamic shapes.
    """

    def __init__(self, path: Path, settings: RuntimeSettings, backend: Backend = Backend.ORT_CPU) -> None:
        if _PROVIDERS[backend] not in ort.get_available_providers():
            raise BackendMissingError(
                f"This build of ONNX Runtime has no {_PROVIDERS[backend]}."
                " On a machine with an NVIDIA GPU install the extra [gpu]."
            )
        self._path = path
        self._session = _open(path, settings, backend)
        if self._session.get_providers()[0] != _PROVIDERS[backend]:
            raise BackendMissingError(
                f"ONNX Runtime could not start its {_PROVIDERS[backend]} here: its CUDA libraries are missing"
                " or of another version."
            )
        precision = settings.precision or Precision.FP32
        self.backend = f"{backend.value}-{precision.value}"
        self.inputs: Mapping[str, TensorSpec] = {n.name: self._spec(n) for n in self._session.get_inputs()}
        self.outputs: Mapping[str, TensorSpec] = {n.name: self._spec(n) for n in self._session.get_outputs()}
        self._check = InputCheck(self.inputs)
        place = ("cuda", settings.device) if backend.on_gpu else ("cpu", 0)
        self._values = {
            name: ort.OrtValue.ortvalue_from_numpy(np.zeros(spec.shape, spec.dtype), *place)
            for name, spec in (*self.inputs.items(), *self.outputs.items())
        }
        self._binding = self._session.io_binding()
        for name in self.inputs:
            self._binding.bind_ortvalue_input(name, self._values[name])
        for name in self.outputs:
            self._binding.bind_ortvalue_output(name, self._values[name])

    def hold(self, name: str, value: Array) -> None:
        """See :meth:`engines.runtime.session.Session.hold`."""
        fitting = self._check.hold(name, value)
        self._values[name].update_inplace(fitting)

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """See :meth:`engines.runtime.session.Session.run`."""
        self._feed(inputs)
        self._replay()
        return {name: self._values[name].numpy().copy() for name in self.outputs}

    def time(self, inputs: Mapping[str, Array]) -> float:
        """See :meth:`engines.runtime.timed_session.TimedSession.time`; a GPU's work is waited for."""
        self._feed(inputs)
        begin = time.perf_counter()
        self._replay()
        return (time.perf_counter() - begin) * 1000

    def close(self) -> None:
        """Free the device."""
        self._binding = self._session = None
        self._values = {}

    def _feed(self, inputs: Mapping[str, Array]) -> None:
        for name, value in self._check.given(inputs).items():
            self._values[name].update_inplace(value)

    def _replay(self) -> None:
        try:
            self._session.run_with_iobinding(self._binding)
        except RuntimeError as error:
            raise EngineError(f"{self.backend} failed on {self._path.name}: {error}") from error

    def _spec(self, node: Any) -> TensorSpec:
        if not all(isinstance(size, int) for size in node.shape) or node.type not in _DTYPES:
            raise GraphFileError(
                f"{self._path.name}: {node.name} is {node.type} {node.shape}; static shapes of numbers are"
                " needed. Export the graph anew with tools.export_onnx."
            )
        return TensorSpec(tuple(node.shape), np.dtype(_DTYPES[node.type]))


def _open(path: Path, settings: RuntimeSettings, backend: Backend) -> Any:
    if not path.is_file():
        raise GraphFileError(f"There is no ONNX file {path}. tools.export_onnx writes it.")
    with ThreadPoolExecutor(1) as starter:
        try:
            return starter.submit(_start, path, settings, backend).result()
        except Exception as error:
            if backend is Backend.ORT_CUDA and settings.cuda_graph:
                # A graph with a node that only the CPU calculates cannot be captured.
                return _open(path, replace(settings, cuda_graph=False), backend)
            raise GraphFileError(f"ONNX Runtime cannot open {path.name}: {error}") from error


def _start(path: Path, settings: RuntimeSettings, backend: Backend) -> Any:
    options = ort.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    options.intra_op_num_threads = settings.cpu_threads
    options.inter_op_num_threads = 1
    if settings.low_priority:
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Linux counts niceness per thread, and the pool's threads inherit that of the one that starts them.
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(settings.nice, os.getpriority(os.PRIO_PROCESS, thread)))
    providers = [(_PROVIDERS[backend], _provider_options(settings, backend))]
    if backend is Backend.ORT_TENSORRT:
        providers.append((_PROVIDERS[Backend.ORT_CUDA], {"device_id": settings.device}))
    return ort.InferenceSession(str(path), options, providers=providers)


def _provider_options(settings: RuntimeSettings, backend: Backend) -> dict[str, Any]:
    if backend is Backend.ORT_CPU:
        return {}
    if backend is Backend.ORT_CUDA:
        return {"device_id": settings.device, "enable_cuda_graph": settings.cuda_graph}
    return {
        "device_id": settings.device,
        "trt_fp16_enable": settings.precision is not Precision.FP32,
        "trt_int8_enable": settings.precision is Precision.INT8,
        "trt_engine_cache_enable": True,
        "trt_engine_cache_path": str(settings.engine_folder / "onnxruntime"),
        "trt_timing_cache_enable": True,
        "trt_timing_cache_path": str(settings.engine_folder / "onnxruntime"),
        "trt_cuda_graph_enable": settings.cuda_graph,
        "trt_max_workspace_size": settings.workspace_bytes,
    }
