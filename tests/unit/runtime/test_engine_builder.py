"""The steps around a build. TensorRT itself is a stand-in here; see test_tensorrt_session.py."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from engines.runtime import engine_builder
from engines.runtime.backend import Precision
from engines.runtime.build_progress import BuildProgress
from engines.runtime.engine_builder import EngineBuilder
from engines.runtime.errors import BackendMissingError, EngineBuildError
from engines.runtime.gpu import Gpu, find_gpu
from engines.runtime.settings import RuntimeSettings
from tests.unit.runtime.fake_tensorrt import FakeTensorrt
from tests.unit.runtime.small_graph import export


@pytest.fixture
def tensorrt(monkeypatch: pytest.MonkeyPatch) -> FakeTensorrt:
    fake = FakeTensorrt()
    monkeypatch.setattr(engine_builder, "import_tensorrt", lambda: fake)
    monkeypatch.setattr(engine_builder, "find_gpu", lambda device: Gpu("NVIDIA Test", (9, 0)))
    return fake


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    return export(tmp_path / "small.onnx")


@pytest.fixture
def builder(tensorrt: FakeTensorrt, tmp_path: Path) -> EngineBuilder:
    return EngineBuilder(RuntimeSettings(engine_folder=tmp_path / "engines"))


def test_an_engine_is_built_once(builder: EngineBuilder, tensorrt: FakeTensorrt, graph: Path) -> None:
    assert builder.engine(graph, Precision.FP16) == b"plan 1"
    assert builder.engine(graph, Precision.FP16) == b"plan 1"
    assert builder.engine(graph, Precision.FP32) == b"plan 2"


def test_timings_of_one_build_speed_up_the_next(
    builder: EngineBuilder, tensorrt: FakeTensorrt, graph: Path
) -> None:
    builder.engine(graph, Precision.FP16)
    builder.engine(graph, Precision.FP32)
    assert tensorrt.timings_read == [b"", b"timing"]


def test_what_the_parser_and_the_builder_refuse_is_said(
    builder: EngineBuilder, tensorrt: FakeTensorrt, graph: Path
) -> None:
    tensorrt.fails = "no memory for tactics"
    with pytest.raises(EngineBuildError, match=r"no engine from small\.onnx: no memory for tactics"):
        builder.engine(graph, Precision.FP16)
    tensorrt.parse_errors = ["node 3 (Foo): unsupported"]
    with pytest.raises(EngineBuildError, match=r"cannot read small\.onnx: node 3 \(Foo\)"):
        builder.engine(graph, Precision.FP16)
    assert tensorrt.builds == 0


def test_int8_needs_a_graph_with_scales(builder: EngineBuilder, graph: Path) -> None:
    with pytest.raises(EngineBuildError, match="no QuantizeLinear nodes"):
        builder.engine(graph, Precision.INT8)


def test_progress_is_drawn(builder: EngineBuilder, graph: Path) -> None:
    drawn = io.StringIO()
    builder.engine(graph, Precision.FP16, BuildProgress("small", file=drawn))
    assert "small: Tactics: 100%" in drawn.getvalue()


def test_phases_may_nest_and_end_early_and_a_build_can_be_cancelled() -> None:
    drawn = io.StringIO()
    progress = BuildProgress("graph", file=drawn, mininterval=0, miniters=1)
    progress.phase_start("Building", None, 4)
    progress.phase_start("Tactics", "Building", 100)
    assert progress.step_complete("Tactics", 9)
    assert progress.step_complete("unknown", 0)
    progress.cancel()
    assert not progress.step_complete("Building", 0)
    progress.phase_finish("Building")
    progress.phase_finish("Tactics")
    assert "10/100" in drawn.getvalue()


@pytest.mark.skipif(find_gpu() is not None, reason="this machine has a GPU")
def test_without_a_gpu_nothing_is_built() -> None:
    with pytest.raises(BackendMissingError, match="there is none here"):
        EngineBuilder(RuntimeSettings())
