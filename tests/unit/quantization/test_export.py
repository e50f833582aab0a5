"""Quantised networks as ONNX: what the file holds, and that it calculates what the network does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from onnx import numpy_helper

from engines.quantization.calibration import Calibration, calibrate
from engines.quantization.integer_weights import store_integers
from engines.quantization.quantized_convolution import Sites, quantize_convolutions
from engines.runtime.onnx_export import export_onnx
from engines.runtime.operator_audit import audit
from engines.runtime.read_graph import read_graph
from engines.runtime.save_graph import save_graph
from engines.runtime.session import TensorSpec
from tests.unit.quantization.small_network import CONVOLUTIONS, SmallNetwork, examples

_SPECS = {"picture": TensorSpec((1, 3, 24, 24), np.dtype(np.float32))}


@pytest.fixture
def quantised(tmp_path: Path) -> tuple[SmallNetwork, Sites, Path]:
    torch.set_num_threads(1)
    network = SmallNetwork()
    sites = quantize_convolutions(
        network, calibrate(network, CONVOLUTIONS, examples(4), Calibration.PERCENTILE)
    )
    sites["second"].active = False
    path = tmp_path / "small.onnx"
    export_onnx(network, _SPECS, ("features",), path)
    model = read_graph(path)
    store_integers(model)
    save_graph(model, path)
    return network, sites, path


def _run(path: Path, picture: Any, optimised: Path | None = None) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    if optimised:
        options.optimized_model_filepath = str(optimised)
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"picture": picture})[0]


def test_the_file_calculates_what_the_network_does(quantised: tuple[SmallNetwork, Sites, Path]) -> None:
    network, sites, path = quantised
    for example in examples(3, seed=2):
        with torch.no_grad():
            wanted = example.run(network).numpy()
        got = _run(path, example.inputs[0].numpy())
        # Rounding of a tie may fall the other way: a step of the last quantiser through the filter after it.
        step = float(sites["fourth"].output.scale) * float(network.grouped.weight.abs().sum((1, 2, 3)).max())
        assert np.abs(got - wanted).max() <= 1.5 * step
        assert np.square(got - wanted).mean() < 1e-4 * wanted.var()


def test_weights_are_int8_with_a_scale_per_output_channel_and_zero_points_are_0(
    quantised: tuple[SmallNetwork, Sites, Path],
) -> None:
    path = quantised[2]
    model = onnx.load(str(path))
    constants = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer} | {
        n.output[0]: numpy_helper.to_array(n.attribute[0].t)
        for n in model.graph.node
        if n.op_type == "Constant"
    }
    pairs = [n for n in model.graph.node if n.op_type in ("QuantizeLinear", "DequantizeLinear")]
    for node in pairs:
        assert constants[node.input[2]].dtype == np.int8
        assert not constants[node.input[2]].any()
    weights = [n for n in pairs if n.input[0] in constants]
    assert len(weights) == 3
    for node in weights:
        assert node.op_type == "DequantizeLinear"
        assert constants[node.input[0]].dtype == np.int8
        assert constants[node.input[1]].shape == (8,)
        assert next(a.i for a in node.attribute if a.name == "axis") == 0
        assert (np.abs(constants[node.input[0]].astype(int)).reshape(8, -1).max(1) == 127).all()


def test_tensorrt_takes_the_file_and_onnx_runtime_calculates_in_integers(
    quantised: tuple[SmallNetwork, Sites, Path], tmp_path: Path
) -> None:
    path = quantised[2]
    assert audit(path).clean
    _run(path, examples(1)[0].inputs[0].numpy(), tmp_path / "optimised.onnx")
    operators = [n.op_type for n in onnx.load(str(tmp_path / "optimised.onnx")).graph.node]
    assert operators.count("QLinearConv") == 3
