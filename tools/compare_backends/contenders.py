"""The ways to run one graph that a comparison sets side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.network_store import NetworkStore
from engines.runtime.backend import Backend, Precision
from engines.runtime.backend_choice import missing
from engines.runtime.graph_file import graph_bytes
from engines.runtime.machine import Machine
from engines.runtime.open_session import open_session
from engines.runtime.settings import RuntimeSettings
from engines.runtime.timed_session import TimedSession
from engines.runtime.torch_session import TorchSession


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to run a graph."""

    label: str
    lack: str | None
    """Why it cannot run here; ``None`` where it can."""
    open: Callable[[], TimedSession]
    size_bytes: Callable[[], int]
    """Weights, in memory for PyTorch, on disk for ONNX."""


def contenders(
    graph: str, store: NetworkStore, folder: Path | None, machine: Machine, settings: RuntimeSettings
) -> list[Contender]:
    """All of them, in the order of the table; ``folder`` is where exported and quantised graphs lie."""
    gpu = machine.gpu is not None
    torch_backend = Backend.TORCH_CUDA if gpu else Backend.TORCH_CPU
    onnx_backend = Backend.ORT_CUDA if gpu else Backend.ORT_CPU
    plain, ptq, qat = (f"{graph}{ending}" for ending in (".onnx", ".int8-ptq.onnx", ".int8-qat.onnx"))
    return [
        _torch(graph, store, torch_backend, Precision.FP32, machine, settings),
        _torch(graph, store, Backend.TORCH_CUDA, Precision.FP16, machine, settings),
        _onnx("ONNX fp32", plain, folder, onnx_backend, Precision.FP32, machine, settings),
        _onnx("ONNX fp16", plain, folder, Backend.ORT_CUDA, Precision.FP16, machine, settings),
        _onnx("ONNX INT8 PTQ", ptq, folder, onnx_backend, Precision.INT8, machine, settings),
        _onnx("ONNX INT8 QAT", qat, folder, onnx_backend, Precision.INT8, machine, settings),
        _onnx("TensorRT fp16", plain, folder, Backend.TENSORRT, Precision.FP16, machine, settings),
        _onnx("TensorRT INT8 PTQ", ptq, folder, Backend.TENSORRT, Precision.INT8, machine, settings),
        _onnx("TensorRT INT8 QAT", qat, folder, Backend.TENSORRT, Precision.INT8, machine, settings),
    ]


def _torch(
    name: str,
    store: NetworkStore,
    backend: Backend,
    precision: Precision,
    machine: Machine,
    settings: RuntimeSettings,
) -> Contender:
    graph = GRAPHS[name]

    def start() -> TimedSession:
        return TorchSession(
            graph.build(store),
            graph.input_specs(store.width),
            graph.outputs,
            replace(settings, precision=precision),
            on_gpu=backend.on_gpu,
        )

    def size() -> int:
        numbers = sum(int(tensor.numel()) for tensor in graph.build(store).state_dict().values())
        return numbers * (2 if precision is Precision.FP16 else 4)

    return Contender(f"PyTorch {precision.value}", missing(machine, backend), start, size)


def _onnx(
    label: str,
    file: str,
    folder: Path | None,
    backend: Backend,
    precision: Precision,
    machine: Machine,
    settings: RuntimeSettings,
) -> Contender:
    lack = missing(machine, backend)
    if lack is None and folder is None:
        lack = "no folder of exported graphs was given (--onnx)"
    path = (folder or Path()) / file
    if lack is None and not path.is_file():
        tool = "tools.export_onnx" if precision is not Precision.INT8 else "tools.quantize"
        lack = f"there is no {file} ({tool} writes it)"
    half = 2 if precision is Precision.FP16 else 1
    return Contender(
        label,
        lack,
        lambda: open_session(path, backend, replace(settings, precision=precision)),
        lambda: graph_bytes(path) // half,
    )
