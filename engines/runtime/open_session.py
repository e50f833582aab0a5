"""From an ONNX file to a session of whatever runs it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engines.runtime.backend import Backend, Precision
from engines.runtime.onnx_session import OnnxSession
from engines.runtime.settings import RuntimeSettings
from engines.runtime.timed_session import TimedSession


def open_session(path: Path, backend: Backend, settings: RuntimeSettings) -> TimedSession:
    """The graph in ``path``, ready to run.

    ``settings.precision`` defaults to fp16 on a GPU and to fp32 on a CPU. For fp16 with ONNX Runtime's CUDA
    provider, which calculates in the types of the graph, a half-precision copy is written once to
    ``settings.engine_folder``.

    Raises:
        BackendMissingError: this machine lacks the backend, or the backend is PyTorch, which needs a module.
        GraphFileError: the file is missing or damaged.
        EngineBuildError: TensorRT does not take the graph.
    """
    precision = settings.precision or (Precision.FP16 if backend.on_gpu else Precision.FP32)
    settings = replace(settings, precision=precision)
    # What these import is there on a GPU machine only.
    if backend is Backend.TENSORRT:
        from engines.runtime.tensorrt_session import TensorrtSession

        return TensorrtSession(path, settings)
    if backend is Backend.ORT_CUDA and precision is Precision.FP16:
        from engines.runtime.half_file import half_file

        path = half_file(path, settings.engine_folder)
    return OnnxSession(path, settings, backend)
