"""What the audit of a graph finds, node by node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from engines.runtime.errors import GraphFileError
from engines.runtime.operator_audit import audit, audit_model
from engines.runtime.operator_table import SUPPORTED
from tests.unit.runtime.small_graph import export

_F, _I8, _U8 = TensorProto.FLOAT, TensorProto.INT8, TensorProto.UINT8


def _model(
    nodes: list[NodeProto],
    opset: int = 17,
    input_type: int = _F,
    shape: tuple[int, ...] = (1, 4, 8, 8),
    **weights: Any,
) -> ModelProto:
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", input_type, shape)],
        [helper.make_empty_tensor_value_info(nodes[-1].output[0])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def _node(operator: str, *inputs: str, out: str = "y", **attributes: Any) -> NodeProto:
    return helper.make_node(operator, ["x", *inputs], [out], name=f"my_{operator}", **attributes)


_SIZES = {"sizes": np.array([1, 4, 16, 16])}
_QUANTISED = {"scale": np.float32(0.1), "zero": np.int8(0)}


@pytest.mark.parametrize(
    ("node", "weights", "reason"),
    [
        (_node("Resize", "", "", "sizes", mode="linear"), _SIZES, None),
        (
            _node("Resize", "", "", "sizes", mode="cubic"),
            _SIZES,
            "mode 'cubic' is not one of nearest, linear",
        ),
        (
            _node("Resize", "", "", "sizes", coordinate_transformation_mode="tf_crop_and_resize"),
            _SIZES,
            "coordinate_transformation_mode 'tf_crop_and_resize'",
        ),
        (_node("Pad", "pads", mode="reflect"), {"pads": np.array([0, 0, 1, 1, 0, 0, 1, 1])}, None),
        (_node("Conv", "w"), {"w": np.zeros((2, 4, 3, 3), np.float32)}, None),
        (_node("AveragePool", kernel_shape=[2, 2]), {}, None),
        (_node("MaxPool", kernel_shape=[2, 2], dilations=[2, 2]), {}, "dilations"),
        (_node("Det"), {}, "TensorRT 10.15 has no such operator"),
        (_node("Cast", to=_F), {}, None),
        (_node("QuantizeLinear", "scale", "zero"), _QUANTISED, None),
        (_node("QuantizeLinear", "scale", "zero"), {**_QUANTISED, "zero": np.int8(3)}, "must be 0"),
        (_node("QuantizeLinear", "scale", "zero"), {**_QUANTISED, "zero": np.uint8(0)}, "must be int8"),
        (
            _node("QuantizeLinear", "scale", axis=1),
            {"scale": np.ones(4, np.float32)},
            "only weights may have a scale per channel",
        ),
        (_node("ReduceMean", axes=[2, 3]), {}, None),
        (_node("BatchNormalization", "w", "w", "w", "w"), {"w": np.ones(4, np.float32)}, None),
    ],
)
def test_a_node_is_taken_or_refused_with_its_reason(
    node: NodeProto, weights: dict[str, Any], reason: str | None
) -> None:
    result = audit_model(_model([node], **weights))
    if reason is None:
        assert result.clean, result.findings
    else:
        (finding,) = result.findings
        assert finding.node == node.name
        assert reason in finding.reason
        assert node.op_type in str(finding)


def test_pixels_may_be_sampled_in_pictures_only() -> None:
    grid = np.zeros((1, 4, 4, 2), np.float32)
    sampled = helper.make_node("GridSample", ["x", "grid"], ["y"], name="warp")
    assert audit_model(_model([sampled], grid=grid)).clean
    volume = np.zeros((1, 4, 4, 4, 3), np.float32)
    (finding,) = audit_model(_model([sampled], opset=20, shape=(1, 4, 8, 8, 8), grid=volume)).findings
    assert finding.reason == "the input must have rank 4, it has 5"


def test_bytes_are_for_the_ends_of_a_network() -> None:
    inside = [
        _node("Cast", to=_U8, out="bytes"),
        helper.make_node("Cast", ["bytes"], ["y"], to=_F, name="back"),
    ]
    assert [f.reason for f in audit_model(_model(inside)).findings] == [
        "uint8 is taken at the ends of a network only"
    ]
    assert audit_model(_model([_node("Cast", to=_U8)])).clean


def test_an_element_type_a_kernel_lacks_is_found() -> None:
    (finding,) = audit_model(_model([_node("Sqrt")], input_type=TensorProto.DOUBLE)).findings
    assert finding.reason == "double is not among float16, float32"


@pytest.mark.parametrize(("operator", "axis", "wanted"), [("Conv", 0, 0), ("ConvTranspose", 1, 1)])
def test_scales_of_weights_lie_along_their_outputs(operator: str, axis: int, wanted: int) -> None:
    def model(axis: int) -> ModelProto:
        nodes = [
            helper.make_node("DequantizeLinear", ["w", "scale"], ["wd"], name="weights", axis=axis),
            helper.make_node(operator, ["x", "wd"], ["y"]),
        ]
        return _model(nodes, w=np.zeros((4, 4, 3, 3), np.int8), scale=np.ones(4, np.float32))

    assert audit_model(model(axis)).clean
    (finding,) = audit_model(model(1 - axis)).findings
    assert finding.reason == f"weights of {operator} have their scales along axis {wanted}, not {1 - axis}"


def test_axes_that_only_the_data_tell_are_refused() -> None:
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("ReduceSum", ["x", "shape"], ["a"], name="static"),
        helper.make_node("ArgMax", ["x"], ["index"], keepdims=0),
        helper.make_node("Squeeze", ["x", "index"], ["y"], name="dynamic"),
    ]
    assert [finding.node for finding in audit_model(_model(nodes)).findings] == ["dynamic"]


def test_an_opset_beyond_the_table_is_refused() -> None:
    (finding,) = audit_model(_model([_node("Relu")], opset=8)).findings
    assert "opset 8 is not among 9 to 24" in finding.reason


def test_foreign_operators_are_refused() -> None:
    node = helper.make_node("FusedConv", ["x"], ["y"], domain="com.microsoft")
    model = _model([node])
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    (finding,) = audit_model(model).findings
    assert finding.reason == "operators of com.microsoft are not taken"


def test_an_exported_graph_is_clean_and_its_wide_integers_are_noted(tmp_path: Path) -> None:
    result = audit(export(tmp_path / "small.onnx"))
    assert result.clean
    assert result.opset == 17
    assert result.operators["Conv"] == 1
    (note,) = result.notes
    assert "ArgMax" in note
    assert "64-bit" in note


def test_what_is_no_graph_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraphFileError, match=r"no ONNX file .*gone\.onnx"):
        audit(tmp_path / "gone.onnx")
    (tmp_path / "text.onnx").write_bytes(b"no graph")
    with pytest.raises(GraphFileError, match=r"text\.onnx is no ONNX file or is damaged"):
        audit(tmp_path / "text.onnx")


def test_the_table_knows_the_operators_by_their_types() -> None:
    assert SUPPORTED["Conv"] == {"float32", "float16"}
    assert "int64" in SUPPORTED["Gather"]
    assert "NonZero" in SUPPORTED
    assert "BitShift" not in SUPPORTED
    assert len(SUPPORTED) > 150
