"""Graphs turned to fp16 still calculate the same, as ONNX Runtime's CPU kernels see it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engines.runtime.half_precision import is_quantised, to_half
from engines.runtime.onnx_session import OnnxSession
from engines.runtime.session import Array
from engines.runtime.settings import RuntimeSettings
from tests.unit.runtime.small_graph import examples, expected, export


def _run(model: onnx.ModelProto, folder: Path, inputs: dict[str, Array]) -> dict[str, Array]:
    onnx.save(model, str(folder / "model.onnx"))
    return OnnxSession(folder / "model.onnx", RuntimeSettings(threads=1)).run(inputs)


def test_weights_and_nodes_are_fp16_and_the_ends_stay_fp32(tmp_path: Path) -> None:
    half = to_half(onnx.load(str(export(tmp_path / "small.onnx"))))
    onnx.checker.check_model(half, full_check=True)
    assert {w.data_type for w in half.graph.initializer if len(w.dims) == 4} == {TensorProto.FLOAT16}
    assert {i.type.tensor_type.elem_type for i in half.graph.input} == {TensorProto.FLOAT}
    outputs = _run(half, tmp_path, examples(1))
    np.testing.assert_allclose(outputs["features"], expected(examples(1))["features"], rtol=1e-2, atol=1e-2)


def _quantised_conv(seed: int = 0) -> onnx.ModelProto:
    rng = np.random.default_rng(seed)
    weights = rng.integers(-127, 128, (4, 3, 3, 3), np.int8)
    constants = {
        "x_scale": np.float32(0.05),
        "x_zero": np.int8(0),
        "w": weights,
        "w_scale": np.full(4, 0.01, np.float32),
        "w_zero": np.zeros(4, np.int8),
    }
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "x_scale", "x_zero"], ["xq"]),
        helper.make_node("DequantizeLinear", ["xq", "x_scale", "x_zero"], ["xd"]),
        helper.make_node("DequantizeLinear", ["w", "w_scale", "w_zero"], ["wd"], axis=0),
        helper.make_node("Conv", ["xd", "wd"], ["y"], pads=[1, 1, 1, 1]),
    ]
    graph = helper.make_graph(
        nodes,
        "quantised",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4, 8, 8])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_scales_become_fp16_beside_the_nodes_they_serve(tmp_path: Path) -> None:
    inputs = {"x": np.random.default_rng(1).standard_normal((1, 3, 8, 8), np.float32)}
    exact = _run(_quantised_conv(), tmp_path, inputs)["y"]
    half = to_half(_quantised_conv())
    onnx.checker.check_model(half, full_check=True)
    assert is_quantised(half)
    assert half.opset_import[0].version >= 19
    scales = [w for w in half.graph.initializer if "scale" in w.name]
    assert {w.data_type for w in scales} == {TensorProto.FLOAT16}
    np.testing.assert_allclose(
        _run(half, tmp_path, inputs)["y"], exact, rtol=2e-2, atol=2e-2 * abs(exact).max()
    )


def test_a_sum_of_large_squares_does_not_overflow(tmp_path: Path) -> None:
    graph = helper.make_graph(
        [
            helper.make_node("Pow", ["x", "two"], ["squares"]),
            helper.make_node("ReduceMean", ["squares"], ["mean"], axes=[1], keepdims=1),
            helper.make_node("Sqrt", ["mean"], ["y"]),
        ],
        "norm",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 64])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])],
        [numpy_helper.from_array(np.array(2, np.float32), "two")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    outputs = _run(to_half(model), tmp_path, {"x": np.full((1, 64), 1000, np.float32)})
    assert outputs["y"].item() == pytest.approx(1000, rel=1e-3)


def test_pixels_are_sampled_where_fp32_says(tmp_path: Path) -> None:
    size = 512
    ramp = np.arange(size, dtype=np.float32) - 448
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["shift", "grid"], ["where"]),
            helper.make_node("GridSample", ["x", "where"], ["y"], align_corners=0),
        ],
        "warp",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, size, size]),
            helper.make_tensor_value_info("shift", TensorProto.FLOAT, [1]),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 1, 1])],
        [numpy_helper.from_array(np.full((1, 1, 1, 2), 0.75, np.float32), "grid")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    inputs = {"x": np.broadcast_to(ramp, (1, 1, size, size)), "shift": np.array([0.3 / size], np.float32)}
    # The nearest position that fp16 knows lies 0.025 pixels away.
    assert _run(to_half(model), tmp_path, inputs)["y"].item() == pytest.approx(447.65 - 448, abs=1e-3)
