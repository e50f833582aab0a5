"""Which backend runs the networks here, and why."""

from __future__ import annotations

from dataclasses import dataclass

from engines.runtime.backend import Backend
from engines.runtime.errors import BackendMissingError
from engines.runtime.machine import Machine

_SPEED = (Backend.TENSORRT, Backend.ORT_CUDA, Backend.TORCH_CUDA, Backend.ORT_CPU)
"""Fastest first. TensorRT inside ONNX Runtime and PyTorch on the CPU run only when asked for."""


@dataclass(frozen=True, slots=True)
class BackendChoice:
    """The backend, and the sentence that says why it was taken."""

    backend: Backend
    reason: str


def choose_backend(machine: Machine, wanted: Backend | None = None) -> BackendChoice:
    """The ``wanted`` backend, or the fastest this machine has.

    Raises:
        BackendMissingError: the wanted one is not there; the message says what it lacks.
    """
    if wanted is not None:
        lack = missing(machine, wanted)
        if lack is not None:
            raise BackendMissingError(f"{wanted.value} cannot run here: {lack}.")
        return BackendChoice(wanted, f"{wanted.value}, as asked for.")
    passed_over: list[str] = []
    for backend in _SPEED:
        lack = missing(machine, backend)
        if lack is None:
            where = f" on {machine.gpu.name}" if machine.gpu and backend.on_gpu else ""
            reasons = f" ({'; '.join(passed_over)})" if passed_over else ""
            return BackendChoice(backend, f"{backend.value}{where}{reasons}.")
        if machine.gpu is not None:
            passed_over.append(f"not {backend.value}: {lack}")
        elif not passed_over:
            passed_over.append(lack)
    raise BackendMissingError("ONNX Runtime has no CPU provider here. Install it anew.")


def missing(machine: Machine, backend: Backend) -> str | None:
    """What ``backend`` lacks on ``machine``, in words; ``None`` where it can run."""
    if backend.on_gpu and machine.gpu is None:
        return "no NVIDIA GPU was found"
    if backend is Backend.TENSORRT and not machine.tensorrt:
        return "the tensorrt package cannot be imported (it is in the extra [gpu])"
    providers = {
        Backend.ORT_TENSORRT: "TensorrtExecutionProvider",
        Backend.ORT_CUDA: "CUDAExecutionProvider",
        Backend.ORT_CPU: "CPUExecutionProvider",
    }
    if backend in providers and providers[backend] not in machine.ort_providers:
        return f"this build of ONNX Runtime has no {providers[backend]} (the one of the extra [gpu] has)"
    if backend is Backend.TORCH_CUDA and not machine.torch_cuda:
        return "PyTorch is not installed or sees no CUDA device"
    return None
