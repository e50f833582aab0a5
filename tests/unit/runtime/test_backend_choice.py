"""The backend taken on each kind of machine, and what is said about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engines.runtime.backend import Backend
from engines.runtime.backend_choice import choose_backend
from engines.runtime.errors import BackendMissingError
from engines.runtime.gpu import Gpu
from engines.runtime.machine import Machine

_FULL = Machine(
    gpu=Gpu("NVIDIA Test", (9, 0)),
    tensorrt=True,
    ort_providers=("TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"),
    torch_cuda=True,
)


def test_the_fastest_that_is_there_is_taken() -> None:
    assert choose_backend(_FULL).backend is Backend.TENSORRT
    without = replace(_FULL, tensorrt=False)
    assert choose_backend(without).backend is Backend.ORT_CUDA
    without = replace(without, ort_providers=("CPUExecutionProvider",))
    assert choose_backend(without).backend is Backend.TORCH_CUDA
    without = replace(without, torch_cuda=False)
    assert choose_backend(without).backend is Backend.ORT_CPU


def test_the_sentence_names_the_gpu_and_what_was_passed_over() -> None:
    reason = choose_backend(replace(_FULL, tensorrt=False)).reason
    assert reason.startswith("onnxruntime-cuda on NVIDIA Test")
    assert "not tensorrt: the tensorrt package cannot be imported" in reason


def test_without_a_gpu_the_sentence_says_that_once() -> None:
    choice = choose_backend(replace(_FULL, gpu=None, tensorrt=False, torch_cuda=False))
    assert choice.backend is Backend.ORT_CPU
    assert choice.reason == "onnxruntime-cpu (no NVIDIA GPU was found)."


def test_a_wanted_backend_is_taken_or_what_it_lacks_is_said() -> None:
    assert choose_backend(_FULL, Backend.TORCH_CPU).backend is Backend.TORCH_CPU
    with pytest.raises(BackendMissingError, match="tensorrt cannot run here: the tensorrt package"):
        choose_backend(replace(_FULL, tensorrt=False), Backend.TENSORRT)
    with pytest.raises(BackendMissingError, match="no NVIDIA GPU"):
        choose_backend(replace(_FULL, gpu=None), Backend.TORCH_CUDA)
    with pytest.raises(BackendMissingError, match="no TensorrtExecutionProvider"):
        choose_backend(replace(_FULL, ort_providers=()), Backend.ORT_TENSORRT)


def test_this_machine_can_run_something() -> None:
    assert choose_backend(Machine.here()).reason
