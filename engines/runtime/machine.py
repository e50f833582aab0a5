"""What this machine has to run networks with."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass

import onnxruntime as ort

from engines.runtime.gpu import Gpu, find_gpu


@dataclass(frozen=True, slots=True)
class Machine:
    """The facts a choice of backend needs."""

    gpu: Gpu | None
    tensorrt: bool
    """``import tensorrt`` works."""
    ort_providers: tuple[str, ...]
    """Providers of the installed build of ONNX Runtime."""
    torch_cuda: bool
    """PyTorch is installed and sees a CUDA device."""

    @classmethod
    def here(cls, device: int = 0) -> Machine:
        """This machine. Without a GPU nothing large is imported."""
        gpu = find_gpu(device)
        return cls(
            gpu=gpu,
            tensorrt=gpu is not None and tensorrt_importable(),
            ort_providers=tuple(ort.get_available_providers()),
            torch_cuda=gpu is not None and _torch_sees_cuda(),
        )


def tensorrt_importable() -> bool:
    """Whether ``import tensorrt`` works: the package and the libraries it loads."""
    try:
        importlib.import_module("tensorrt")
    except (ImportError, OSError):
        return False
    return True


def _torch_sees_cuda() -> bool:
    if importlib.util.find_spec("torch") is None:
        return False
    return bool(importlib.import_module("torch").cuda.is_available())
