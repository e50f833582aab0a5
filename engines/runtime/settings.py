"""Every knob of running networks, validated."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from engines.runtime.backend import Backend, Precision
from engines.runtime.errors import RuntimeSettingsError


def _cache_folder() -> Path:
    return Path.home() / ".cache" / "livehair" / "engines"


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """How networks are run."""

    backend: Backend | None = None
    """``None``: the fastest that is there, as :func:`~engines.runtime.backend_choice.choose_backend` says."""
    precision: Precision | None = None
    """``None``: fp16 on a GPU, fp32 on a CPU."""
    device: int = 0
    """Index of the GPU."""
    threads: int = 0
    """Threads inside one operator on a CPU; 0: one per core this process may use. PyTorch has one such
    number per process: there the session opened last decides."""
    low_priority: bool = False
    """On a CPU: give way to everything else on the machine. Threads of ONNX Runtime sleep instead of
    spinning while they wait and run at ``nice``; for work beside a live picture."""
    nice: int = 10
    """Added to the niceness of low-priority threads, 0..19."""
    cuda_graph: bool = True
    """Replay a captured CUDA graph instead of launching every kernel anew."""
    engine_folder: Path = field(default_factory=_cache_folder)
    """Where built TensorRT engines and timings are kept. It may be deleted at any time."""
    engine_folder_bytes: int = 20 * 1024**3
    """Engines used longest ago are deleted above this size."""
    workspace_bytes: int = 8 * 1024**3
    """GPU memory TensorRT may use for scratch while it builds and runs."""

    def __post_init__(self) -> None:
        for name, low, high in (
            ("device", 0, 63),
            ("threads", 0, 1024),
            ("nice", 0, 19),
            ("engine_folder_bytes", 0, 1 << 50),
            ("workspace_bytes", 1 << 20, 1 << 50),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise RuntimeSettingsError(f"{name} is {value}; it must be from {low} to {high}.")

    @property
    def cpu_threads(self) -> int:
        """``threads``, or the number of cores where it is 0."""
        return self.threads or len(os.sched_getaffinity(0))
