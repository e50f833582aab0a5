"""The shipped network, run as the server runs it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]


class MatteSession:
    """An ONNX file on one thread of the CPU."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(self, rgb: U8, previous: F32 | None = None) -> F32:
        """(3, 256, 256) float32 of ``rgb`` (256, 256, 3) uint8 and the ``previous`` hair (256, 256)."""
        matte: F32 = self._session.run(None, {"image": network_input(rgb, previous)})[0][0]
        return matte


def milliseconds(jobs: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Median time of each job; they take turns, so that a busy machine is busy for all."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(repeats):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            times[name].append(time.perf_counter() - start)
    return {name: 1e3 * float(np.median(values)) for name, values in times.items()}


def network_input(rgb: U8, previous: F32 | None) -> F32:
    """(1, 4, 256, 256) float32: the network's input."""
    image = np.zeros((1, 4, *rgb.shape[:2]), np.float32)
    image[0, :3] = rgb.transpose(2, 0, 1) / np.float32(255.0)
    if previous is not None:
        image[0, 3] = previous
    return image
