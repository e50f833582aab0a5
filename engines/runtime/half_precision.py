"""An fp32 ONNX graph as one that calculates in fp16.

TensorRT 11 builds strongly typed networks only: the graph itself says in which type every node calculates
(https://docs.nvidia.com/deeplearning/tensorrt/11.4.0/api/migration/tensorrt-10x-to-11x.html), and TensorRT 10
can do the same. So fp16 is a property of the graph here, not of the build.
"""

from __future__ import annotations

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper, version_converter

from engines.runtime.tensor_types import tensor_types

_OPSET_OF_HALF_QDQ = 19
"""The first in which QuantizeLinear and DequantizeLinear take fp16."""
_IN_FP32 = frozenset(
    (
        *("ReduceSum", "ReduceMean", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceProd", "CumSum"),
        *("Pow", "Sqrt", "Reciprocal", "Exp", "Log", "Softmax", "LogSoftmax", "Range", "EyeLike"),
        *("InstanceNormalization", "LayerNormalization", "GroupNormalization", "GridSample"),
    )
)
"""Sums over many terms, powers and roots, whose values leave the range of fp16 (6e-8 .. 65504), what makes
floats of nothing, and sampling, whose positions would be rounded to an eighth of a pixel at 512 pixels."""
_FP32_INPUTS = {"Resize": (1, 2)}
"""Positions of inputs that the ONNX specification wants in fp32 whatever the node calculates in."""
_HALF_MAX = float(np.finfo(np.float16).max)


def is_quantised(model: ModelProto) -> bool:
    """Whether the graph has Q/DQ nodes."""
    return any(node.op_type == "QuantizeLinear" for node in model.graph.node)


def to_half(model: ModelProto) -> ModelProto:
    """A graph that calculates in fp16, with the inputs and outputs of ``model`` in their own element types.

    Sums, powers, roots and normalisations stay in fp32, and so does what calculates where pixels are sampled.
    A graph with Q/DQ nodes gets fp16 scales and opset 19. ``model``, which must be free of control flow, is
    consumed.

    Raises:
        GraphFileError: the graph is not well-formed.
    """
    if is_quantised(model):
        model = version_converter.convert_version(model, _OPSET_OF_HALF_QDQ)
    _Half(model).convert()
    return model


class _Half:
    """One conversion. Every float tensor exists in the type its node calculates in, and as a cast of it where
    the other is wanted."""

    def __init__(self, model: ModelProto) -> None:
        self._graph = model.graph
        self._is_float = {n for n, (kind, _) in tensor_types(model).items() if kind == TensorProto.FLOAT}
        self._weights = {weight.name: weight for weight in model.graph.initializer}
        self._half: dict[str, bool] = {}
        self._precise = _sampling_positions(model)
        self._casts: dict[tuple[str, bool], str] = {}
        self._nodes: list[NodeProto] = []
        self._new_weights: dict[str, TensorProto] = {}

    def convert(self) -> None:
        """Rewrite the graph in place."""
        for node in self._graph.node:
            if node.op_type == "Constant":
                self._constant_to_weight(node)
            else:
                self._convert(node)
        for output in self._graph.output:
            if self._half.get(output.name):
                self._give_back(output.name)
        del self._graph.node[:], self._graph.initializer[:], self._graph.value_info[:]
        self._graph.node.extend(self._nodes)
        self._graph.initializer.extend(self._new_weights.values())

    def _constant_to_weight(self, node: NodeProto) -> None:
        value = helper.get_attribute_value(node.attribute[0])
        array = numpy_helper.to_array(value) if isinstance(value, TensorProto) else np.asarray(value)
        kept = array.astype(np.float32) if array.dtype == np.float64 else array
        self._weights[node.output[0]] = numpy_helper.from_array(kept, node.output[0])

    def _convert(self, node: NodeProto) -> None:
        half = node.op_type not in _IN_FP32 and not self._precise.intersection(node.output)
        fp32_inputs = _FP32_INPUTS.get(node.op_type, ())
        for i, name in enumerate(node.input):
            if name:
                node.input[i] = self._as(name, half and i not in fp32_inputs)
        for attribute in node.attribute:
            if (
                half
                and node.op_type == "Cast"
                and attribute.name == "to"
                and attribute.i == TensorProto.FLOAT
            ):
                attribute.i = TensorProto.FLOAT16
            if half and node.op_type == "ConstantOfShape" and attribute.t.data_type == TensorProto.FLOAT:
                attribute.t.CopyFrom(_half_tensor(attribute.t))
        self._half.update((name, half) for name in node.output if name in self._is_float)
        self._nodes.append(node)

    def _as(self, name: str, half: bool) -> str:
        """The name of that tensor in the wanted type."""
        if name in self._weights:
            weight = self._weights[name]
            wanted = half and weight.data_type == TensorProto.FLOAT
            stored = f"{name}.half" if wanted else name
            if stored not in self._new_weights:
                self._new_weights[stored] = _half_tensor(weight, stored) if wanted else weight
            return stored
        if name not in self._is_float or self._half.get(name, False) == half:
            return name
        cast = self._casts.get((name, half))
        if cast is None:
            cast = self._casts[name, half] = f"{name}.{'half' if half else 'float'}"
            to = TensorProto.FLOAT16 if half else TensorProto.FLOAT
            self._nodes.append(helper.make_node("Cast", [name], [cast], to=to))
        return cast

    def _give_back(self, output: str) -> None:
        """Let ``output`` be a cast of what was calculated under that name."""
        inner = f"{output}.inner"
        for node in self._nodes:
            for names in (node.input, node.output):
                for i, name in enumerate(names):
                    if name == output:
                        names[i] = inner
        self._nodes.append(helper.make_node("Cast", [inner], [output], to=TensorProto.FLOAT))


def _sampling_positions(model: ModelProto) -> set[str]:
    """Names of the tensors that sampling positions are, or are calculated from."""
    found: set[str] = set()
    for node in reversed(model.graph.node):
        if node.op_type == "GridSample":
            found.add(node.input[1])
        elif found.intersection(node.output):
            found.update(node.input)
    return found


def _half_tensor(tensor: TensorProto, name: str = "") -> TensorProto:
    """Rounded to the nearest fp16, what is too large to the largest."""
    values = np.clip(numpy_helper.to_array(tensor), -_HALF_MAX, _HALF_MAX).astype(np.float16)
    return numpy_helper.from_array(values, name or tensor.name)
