"""Sessions from a folder of graphs, by name, precision and backend."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from engines.runtime.backend import Backend, Precision
from engines.runtime.errors import BackendMissingError, GraphFileError
from engines.runtime.half_file import half_file
from engines.runtime.machine import Machine
from engines.runtime.onnx_graphs import OnnxGraphs, graph_path
from engines.runtime.open_session import open_session
from engines.runtime.settings import RuntimeSettings
from tests.unit.runtime.small_graph import examples, expected, export

_SETTINGS = RuntimeSettings(threads=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(export(tmp_path / "small.onnx"), tmp_path / "other.onnx")
    return tmp_path


def test_int8_takes_the_fine_tuned_graph_then_the_calibrated_one_then_the_plain_one(tmp_path: Path) -> None:
    assert graph_path(tmp_path, "parse", Precision.INT8).name == "parse.onnx"
    (tmp_path / "parse.int8-ptq.onnx").touch()
    assert graph_path(tmp_path, "parse", Precision.INT8).name == "parse.int8-ptq.onnx"
    (tmp_path / "parse.int8-qat.onnx").touch()
    assert graph_path(tmp_path, "parse", Precision.INT8).name == "parse.int8-qat.onnx"
    assert graph_path(tmp_path, "parse", None).name == "parse.onnx"


def test_graphs_stay_open_or_make_room_for_the_next(folder: Path) -> None:
    kept = OnnxGraphs(folder, Backend.ORT_CPU, _SETTINGS)
    assert kept("small") is kept("small")
    first = kept("small")
    kept("other")
    assert kept("small") is first
    single = OnnxGraphs(folder, Backend.ORT_CPU, _SETTINGS, keep=False)
    first = single("small")
    single("other")
    assert single("small") is not first
    outputs = single("small").run(examples())
    np.testing.assert_allclose(outputs["features"], expected(examples())["features"], rtol=1e-5, atol=1e-6)
    with pytest.raises(GraphFileError, match=r"gone\.onnx"):
        single("gone")


def test_a_half_precision_copy_is_written_once_per_content(folder: Path, tmp_path: Path) -> None:
    copy = half_file(folder / "small.onnx", tmp_path / "cache")
    stamp = copy.stat().st_mtime_ns
    assert half_file(folder / "small.onnx", tmp_path / "cache") == copy
    assert copy.stat().st_mtime_ns == stamp
    assert any(weight.data_type == TensorProto.FLOAT16 for weight in onnx.load(str(copy)).graph.initializer)
    outputs = open_session(copy, Backend.ORT_CPU, _SETTINGS).run(examples())
    np.testing.assert_allclose(outputs["features"], expected(examples())["features"], rtol=1e-2, atol=1e-2)


@pytest.mark.skipif(Machine.here().gpu is not None, reason="this machine has a GPU")
@pytest.mark.parametrize("backend", [Backend.TENSORRT, Backend.ORT_CUDA, Backend.ORT_TENSORRT])
def test_a_backend_that_is_not_there_is_said_so(folder: Path, backend: Backend) -> None:
    with pytest.raises(BackendMissingError):
        open_session(folder / "small.onnx", backend, RuntimeSettings(engine_folder=folder / "engines"))


def test_a_pass_is_timed(folder: Path) -> None:
    session = open_session(folder / "small.onnx", Backend.ORT_CPU, _SETTINGS)
    assert 0 < session.time(examples()) < 10_000


def test_a_server_without_torch_can_run_exported_graphs() -> None:
    code = (
        "import sys; sys.modules['torch'] = sys.modules['onnx'] = None\n"
        "import engines.runtime.onnx_graphs, engines.runtime.backend_choice\n"
        "print(engines.runtime.backend_choice.choose_backend(engines.runtime.backend_choice.Machine.here()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "reason=" in done.stdout
