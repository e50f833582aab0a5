"""Settings of the runtime, and how the GPU is asked for."""

from __future__ import annotations

import ctypes
import os
from dataclasses import replace
from typing import Any

import pytest

from engines.runtime.backend import Backend
from engines.runtime.errors import RuntimeSettingsError
from engines.runtime.gpu import Gpu, find_gpu
from engines.runtime.settings import RuntimeSettings


@pytest.mark.parametrize(
    ("name", "value"), [("threads", -1), ("nice", 20), ("device", 64), ("workspace_bytes", 0)]
)
def test_values_out_of_range_are_named(name: str, value: int) -> None:
    change: dict[str, Any] = {name: value}
    with pytest.raises(RuntimeSettingsError, match=f"{name} is {value}; it must be from"):
        replace(RuntimeSettings(), **change)


def test_no_number_of_threads_means_one_per_core_of_this_process() -> None:
    assert RuntimeSettings().cpu_threads == len(os.sched_getaffinity(0))
    assert RuntimeSettings(threads=3).cpu_threads == 3


def test_backends_know_what_they_run_on() -> None:
    assert {backend for backend in Backend if not backend.on_gpu} == {Backend.ORT_CPU, Backend.TORCH_CPU}
    assert not Backend.TORCH_CUDA.runs_onnx
    assert Backend.TENSORRT.runs_onnx


class _Driver:
    """libcuda with one GPU."""

    def __init__(self, name: bytes, devices: int) -> None:
        self._name = name
        self._devices = devices

    def cuInit(self, flags: int) -> int:  # noqa: N802
        return 0

    def cuDeviceGet(self, handle: Any, device: int) -> int:  # noqa: N802
        return 0 if device < self._devices else 101

    def cuDeviceGetName(self, buffer: Any, size: int, handle: Any) -> int:  # noqa: N802
        buffer.value = self._name
        return 0

    def cuDeviceGetAttribute(self, value: Any, attribute: int, handle: Any) -> int:  # noqa: N802
        value._obj.value = {75: 9, 76: 0}[attribute]
        return 0


def test_the_driver_names_the_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: _Driver(b"NVIDIA H200", 1))
    assert find_gpu() == Gpu("NVIDIA H200", (9, 0))
    assert find_gpu(1) is None


def test_without_a_driver_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ctypes.CDLL:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert find_gpu() is None
