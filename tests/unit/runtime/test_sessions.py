"""What every backend that runs on a CPU must do, and a GPU's where there is one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from engines.errors import EngineError
from engines.runtime.backend import Backend, Precision
from engines.runtime.errors import BackendMissingError, GraphFileError, SessionInputError
from engines.runtime.machine import Machine
from engines.runtime.onnx_session import OnnxSession
from engines.runtime.session import Session
from engines.runtime.settings import RuntimeSettings
from engines.runtime.torch_session import TorchSession
from tests.unit.runtime.small_graph import INPUTS, OUTPUTS, SmallGraph, examples, expected, export

_SETTINGS = RuntimeSettings(threads=1)
_MACHINE = Machine.here()
needs_cuda = pytest.mark.skipif(not _MACHINE.torch_cuda, reason="PyTorch sees no CUDA device here")


@pytest.fixture(scope="module")
def onnx_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(tmp_path_factory.mktemp("graph") / "small.onnx")


@pytest.fixture(params=["torch", "onnx"])
def session(request: pytest.FixtureRequest, onnx_file: Path) -> Iterator[Session]:
    makers: dict[str, Callable[[], Session]] = {
        "torch": lambda: TorchSession(SmallGraph(), INPUTS, OUTPUTS, _SETTINGS),
        "onnx": lambda: OnnxSession(onnx_file, _SETTINGS),
    }
    opened = makers[request.param]()
    yield opened
    opened.close()


def test_every_output_is_what_the_module_calculates(session: Session) -> None:
    for seed in range(3):
        outputs = session.run(examples(seed))
        wanted = expected(examples(seed))
        assert list(outputs) == list(OUTPUTS)
        np.testing.assert_allclose(outputs["features"], wanted["features"], rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(outputs["labels"], wanted["labels"])


def test_specs_name_shape_and_element_type(session: Session) -> None:
    assert dict(session.inputs) == INPUTS
    assert session.outputs["features"].shape == (1, 4, 8, 8)
    assert session.outputs["labels"].dtype == np.uint8


def test_a_held_input_serves_every_later_run(session: Session) -> None:
    inputs = examples(1)
    session.hold("gain", inputs["gain"])
    for seed in (1, 2):
        picture = examples(seed)["picture"]
        outputs = session.run({"picture": picture})
        wanted = expected({"picture": picture, "gain": inputs["gain"]})
        np.testing.assert_allclose(outputs["features"], wanted["features"], rtol=1e-5, atol=1e-6)


def test_what_is_held_does_not_follow_the_callers_array(session: Session) -> None:
    inputs = examples(1)
    wanted = expected(inputs)
    session.hold("gain", inputs["gain"])
    inputs["gain"][:] = 0
    np.testing.assert_allclose(
        session.run({"picture": inputs["picture"]})["features"], wanted["features"], rtol=1e-5, atol=1e-6
    )


def test_outputs_belong_to_the_caller(session: Session) -> None:
    first = session.run(examples(1))
    kept = first["features"].copy()
    session.run(examples(2))
    np.testing.assert_array_equal(first["features"], kept)
    first["features"][:] = 0


def test_arrays_that_are_read_only_or_strided_are_taken(session: Session) -> None:
    inputs = examples(1)
    strided = np.repeat(inputs["picture"], 2, axis=3)[..., ::2]
    strided.flags.writeable = False
    outputs = session.run({"picture": strided, "gain": inputs["gain"]})
    np.testing.assert_allclose(outputs["features"], expected(inputs)["features"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda i: i.pop("gain"), "Missing inputs: gain"),
        (lambda i: i.update(other=i["gain"]), "no input 'other'"),
        (
            lambda i: i.update(gain=i["gain"][:, :3]),
            r"float32 \[1, 3, 1, 1\]; the graph takes float32 \[1, 4",
        ),
        (lambda i: i.update(gain=i["gain"].astype(np.float64)), "float64"),
    ],
)
def test_inputs_that_do_not_fit_are_named(
    session: Session, change: Callable[[dict[str, object]], object], words: str
) -> None:
    inputs = examples()
    change(inputs)  # type: ignore[arg-type]
    with pytest.raises(SessionInputError, match=words):
        session.run(inputs)


def test_holding_checks_too(session: Session) -> None:
    with pytest.raises(SessionInputError, match="no input 'x'"):
        session.hold("x", np.zeros(1, np.float32))
    with pytest.raises(SessionInputError, match="Missing inputs: picture, gain"):
        session.run({})


def test_backends_are_named_as_tables_show_them(session: Session) -> None:
    assert session.backend in ("torch-cpu-fp32", "onnxruntime-cpu-fp32")


def test_a_missing_and_a_damaged_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(GraphFileError, match=r"no ONNX file .*gone\.onnx"):
        OnnxSession(tmp_path / "gone.onnx", _SETTINGS)
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"not a graph")
    with pytest.raises(GraphFileError, match=r"cannot open damaged\.onnx"):
        OnnxSession(damaged, _SETTINGS)


@pytest.mark.skipif(_MACHINE.gpu is not None, reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_said_so(onnx_file: Path) -> None:
    with pytest.raises(BackendMissingError, match="no CUDA device"):
        TorchSession(SmallGraph(), INPUTS, OUTPUTS, _SETTINGS, on_gpu=True)
    with pytest.raises(BackendMissingError, match="no CUDAExecutionProvider"):
        OnnxSession(onnx_file, _SETTINGS, Backend.ORT_CUDA)


def test_a_module_that_does_not_fit_its_names_is_refused() -> None:
    with pytest.raises(EngineError, match="returns 2 outputs; 1 are named"):
        TorchSession(SmallGraph(), INPUTS, ("features",), _SETTINGS)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="niceness per thread is Linux's")
def test_low_priority_threads_are_nice_and_leave_the_others_alone(onnx_file: Path) -> None:
    before = {thread.id for thread in psutil.Process().threads()}
    opened = OnnxSession(onnx_file, RuntimeSettings(threads=3, low_priority=True, nice=7))
    started = {thread.id for thread in psutil.Process().threads()} - before
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert {os.getpriority(os.PRIO_PROCESS, thread) for thread in started} == {max(own, 7)}
    opened.run(examples())
    opened.close()
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


def test_half_precision_takes_modules_that_calculate_masks_in_fp32() -> None:
    class Masked(SmallGraph):
        def forward(self, picture: torch.Tensor, gain: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return super().forward(picture * (picture > 0).float(), gain)

    settings = RuntimeSettings(threads=1, precision=Precision.FP16)
    halved = TorchSession(Masked(), INPUTS, OUTPUTS, settings)
    exact = TorchSession(Masked(), INPUTS, OUTPUTS, _SETTINGS)
    got, wanted = halved.run(examples()), exact.run(examples())
    assert halved.backend == "torch-cpu-fp16"
    assert got["features"].dtype == np.float32
    np.testing.assert_allclose(got["features"], wanted["features"], rtol=1e-2, atol=1e-2)
    assert np.abs(got["features"] - wanted["features"]).max() > 1e-5


@needs_cuda
@pytest.mark.parametrize("graph", [True, False])
def test_half_precision_on_a_gpu_agrees_with_the_cpu(graph: bool) -> None:
    session = TorchSession(
        SmallGraph(),
        INPUTS,
        OUTPUTS,
        RuntimeSettings(cuda_graph=graph, precision=Precision.FP16),
        on_gpu=True,
    )
    session.hold("gain", examples(5)["gain"])
    for seed in range(3):
        inputs = examples(seed) | {"gain": examples(5)["gain"]}
        outputs = session.run({"picture": inputs["picture"]})
        np.testing.assert_allclose(outputs["features"], expected(inputs)["features"], rtol=2e-2, atol=2e-2)
    session.close()
