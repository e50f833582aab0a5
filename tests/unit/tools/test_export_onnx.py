"""Exporting small twins of the graphs, and catching exports that are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.network_store import NetworkStore
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN
from engines.runtime import onnx_export, save_graph
from engines.runtime.graph_file import graph_bytes, graph_files
from engines.runtime.onnx_session import OnnxSession
from engines.runtime.operator_audit import audit
from engines.runtime.session import TensorSpec
from engines.runtime.settings import RuntimeSettings
from tools import export_onnx
from tools.graph_examples import GraphExamples


@pytest.fixture(autouse=True)
def _few_threads() -> None:
    torch.set_num_threads(1)


def _export(folder: Path, *names: str) -> int:
    return export_onnx.main([str(folder), "--synthetic", "--twin", "--threads", "1", "--only", *names])


def test_graphs_are_written_checked_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _export(tmp_path, "parse", "render_256", "render_512_live") == 0
    printed = capsys.readouterr().out
    assert printed.count("right") == 3
    assert "3 graphs, 0 wrong" in printed
    for name in ("parse", "render_256", "render_512_live"):
        session = OnnxSession(tmp_path / f"{name}.onnx", RuntimeSettings(threads=1))
        assert dict(session.inputs) == GRAPHS[name].input_specs(TWIN)
        assert dict(session.outputs) == GRAPHS[name].output_specs(TWIN)


@pytest.mark.parametrize(("name", "output"), [("parse", "labels"), ("render_256", "rgb")])
def test_an_export_with_other_weights_is_found_wrong(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    output: str,
) -> None:
    def spoilt(module: nn.Module, *rest: Any) -> None:
        with torch.no_grad():
            next(p for p in module.parameters() if p.dim() == 4).mul_(1.05)
        onnx_export.export_onnx(module, *rest)

    monkeypatch.setattr(export_onnx, "export_onnx", spoilt)
    assert _export(tmp_path, name) == 1
    printed = capsys.readouterr().out
    assert f"1 wrong: {name}" in printed
    assert output in printed


def test_a_node_tensorrt_refuses_makes_the_graph_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def odd(module: nn.Module, inputs: Mapping[str, TensorSpec], outputs: Sequence[str], path: Path) -> None:
        onnx_export.export_onnx(module, inputs, outputs, path)
        model = onnx.load(str(path))
        last = model.graph.node[-1]
        node = onnx.helper.make_node("Resize", [last.input[0], "", "one"], ["unread"], "odd", mode="cubic")
        model.graph.initializer.append(onnx.numpy_helper.from_array(np.ones(4, np.float32), "one"))
        model.graph.node.append(node)
        onnx.save(model, str(path))

    monkeypatch.setattr(export_onnx, "export_onnx", odd)
    assert _export(tmp_path, "render_256") == 1
    assert "Resize 'odd': mode 'cubic' is not one of" in capsys.readouterr().out


def test_large_weights_go_to_a_file_beside_the_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save_graph, "_INSIDE_BYTES", 1000)
    assert _export(tmp_path, "render_256") == 0
    path = tmp_path / "render_256.onnx"
    whole = graph_bytes(path)
    save_graph.save_graph(onnx.load(str(path)), path)
    assert [file.name for file in graph_files(path)] == ["render_256.onnx", "render_256.onnx.data"]
    assert path.stat().st_size < 0.2 * whole < graph_bytes(path)
    assert audit(path).clean
    OnnxSession(path, RuntimeSettings(threads=1)).close()
    monkeypatch.undo()
    assert _export(tmp_path, "render_256") == 0
    assert len(graph_files(path)) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["render_256.onnx"]


def test_example_inputs_fit_every_graph_and_repeat() -> None:
    store = NetworkStore(partial(synthetic_state, width=TWIN), TWIN)
    for name, graph in GRAPHS.items():
        inputs = GraphExamples(store).inputs(name)
        assert {key: (value.shape, value.dtype) for key, value in inputs.items()} == {
            key: (spec.shape, spec.dtype) for key, spec in graph.input_specs(TWIN).items()
        }
    first, again, other = (GraphExamples(store, seed).inputs("parse")["im_512"] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.1
    assert 0 <= first.min() <= first.max() <= 1
