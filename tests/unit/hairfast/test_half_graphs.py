"""Graphs that mix masks, positions and pictures calculate in half precision too, as GPUs run them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.network_store import NetworkStore
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN
from engines.runtime.backend import Backend, Precision
from engines.runtime.half_file import half_file
from engines.runtime.onnx_export import export_onnx
from engines.runtime.open_session import open_session
from engines.runtime.operator_audit import audit
from engines.runtime.session import Array
from engines.runtime.settings import RuntimeSettings
from engines.runtime.torch_session import TorchSession
from tools.fidelity import relative_error
from tools.graph_examples import GraphExamples

_HALF = RuntimeSettings(threads=1, precision=Precision.FP16)


@pytest.mark.parametrize("name", ["target_mask", "sean_features", "render_512_live"])
def test_half_precision_stays_close_to_single(tmp_path: Path, name: str) -> None:
    store = NetworkStore(partial(synthetic_state, width=TWIN), TWIN)
    module, specs = GRAPHS[name].build(store), GRAPHS[name].input_specs(TWIN)
    inputs = GraphExamples(store).inputs(name)
    wanted = TorchSession(module, specs, GRAPHS[name].outputs, RuntimeSettings(threads=1)).run(inputs)

    def check(got: Mapping[str, Array]) -> None:
        errors = {output: relative_error([got[output]], [wanted[output]]) for output in wanted}
        assert max(errors.values()) <= 2e-2, errors

    check(TorchSession(module, specs, GRAPHS[name].outputs, _HALF).run(inputs))
    export_onnx(module, specs, GRAPHS[name].outputs, tmp_path / f"{name}.onnx")
    half = half_file(tmp_path / f"{name}.onnx", tmp_path)
    assert audit(half).clean
    check(open_session(half, Backend.ORT_CPU, RuntimeSettings(threads=1)).run(inputs))
