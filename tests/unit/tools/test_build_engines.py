"""Planning and building engines; TensorRT is a stand-in or absent here."""

from __future__ import annotations

import shutil
from pathlib import Path

import onnx
import pytest

from engines.runtime import engine_builder
from engines.runtime.backend import Precision
from engines.runtime.errors import BackendMissingError, GraphFileError
from engines.runtime.gpu import Gpu, find_gpu
from tests.unit.runtime.fake_tensorrt import FakeTensorrt
from tests.unit.runtime.small_graph import export
from tools import build_engines

_NO_GPU = pytest.mark.skipif(find_gpu() is not None, reason="this machine has a GPU")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    graphs = tmp_path / "graphs"
    graphs.mkdir()
    shutil.copy(export(graphs / "parse.onnx"), graphs / "render.onnx")
    return graphs


@pytest.fixture
def tensorrt(monkeypatch: pytest.MonkeyPatch) -> FakeTensorrt:
    fake = FakeTensorrt()
    monkeypatch.setattr(engine_builder, "import_tensorrt", lambda: fake)
    monkeypatch.setattr(engine_builder, "find_gpu", lambda device: Gpu("NVIDIA Test", (9, 0)))
    return fake


@_NO_GPU
def test_a_dry_run_needs_no_gpu(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build_engines.main([str(folder), "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert "parse.onnx" in printed
    assert "key unknown without GPU" in printed
    assert "2 engines to have, 0 graphs refused. TensorRT builds engines for the GPU" in printed


@_NO_GPU
def test_without_a_gpu_building_ends_with_a_sentence_after_everything_was_checked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BackendMissingError, match="there is none here"):
        build_engines.main([str(folder)])
    assert "render.onnx" in capsys.readouterr().out


def test_engines_are_built_then_found(
    folder: Path, tensorrt: FakeTensorrt, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(folder), "--engines", str(tmp_path / "engines"), "--precision", "fp16", "fp32"]
    assert build_engines.main(arguments) == 0
    # Both graphs have the same content, but an engine keeps its graph's name.
    assert tensorrt.builds == 4
    assert capsys.readouterr().out.count("(to build)") == 4
    assert build_engines.main(arguments) == 0
    assert tensorrt.builds == 4
    assert capsys.readouterr().out.count("(there)") == 4


def test_a_graph_that_fails_does_not_stop_the_others(
    folder: Path, tensorrt: FakeTensorrt, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = onnx.load(str(folder / "parse.onnx"))
    model.graph.node[0].op_type = "Det"
    del model.graph.node[0].attribute[:]
    del model.graph.node[0].input[1:]
    onnx.save(model, str(folder / "odd.onnx"))
    assert build_engines.main([str(folder), "--engines", str(tmp_path / "engines")]) == 1
    assert "TensorRT 10.15 has no such operator" in capsys.readouterr().out
    assert tensorrt.builds == 2
    tensorrt.fails = "out of memory"
    assert build_engines.main([str(folder), "--only", "parse", "--engines", str(tmp_path / "new")]) == 1
    assert "no engine from parse.onnx: out of memory" in capsys.readouterr().out


def test_int8_takes_quantised_graphs_only(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(GraphFileError, match="no quantised graphs"):
        build_engines.main([str(folder), "--precision", "int8", "--dry-run"])
    shutil.copy(folder / "render.onnx", folder / "render.int8-ptq.onnx")
    plan = build_engines.planned(folder, None, [Precision.INT8])
    assert [path.name for path, _ in plan] == ["render.int8-ptq.onnx"]
    plan = build_engines.planned(folder, None, [Precision.FP16])
    assert [path.name for path, _ in plan] == ["parse.onnx", "render.onnx"]


def test_missing_graphs_are_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(GraphFileError, match=r"gone\.onnx"):
        build_engines.main([str(folder), "--only", "gone", "--dry-run"])
    with pytest.raises(GraphFileError, match="no ONNX files"):
        build_engines.main([str(tmp_path), "--dry-run"])
