"""Element types and shapes of everything in an ONNX graph."""

from __future__ import annotations

import onnx
from onnx import ModelProto, TensorProto, ValueInfoProto, helper, shape_inference

from engines.runtime.errors import GraphFileError

_LARGE = 4096
"""Weights of more elements than this are not looked at: they shape nothing but their own node."""

TensorType = tuple[int, tuple[int, ...] | None]
"""Element type as ``onnx.TensorProto`` counts it, and shape where it is known."""


def tensor_types(model: ModelProto) -> dict[str, TensorType]:
    """By name. The weights are neither copied nor serialised, so the size of a graph does not matter.

    Raises:
        GraphFileError: the graph is not well-formed.
    """
    small = [w for w in model.graph.initializer if _elements(w) <= _LARGE and not w.external_data]
    kept = {weight.name for weight in small}
    stand_ins = [
        helper.make_tensor_value_info(weight.name, weight.data_type, list(weight.dims))
        for weight in model.graph.initializer
        if weight.name not in kept
    ]
    skeleton = helper.make_graph(
        list(model.graph.node), "skeleton", [*model.graph.input, *stand_ins], list(model.graph.output), small
    )
    try:
        inferred = shape_inference.infer_shapes(
            helper.make_model(skeleton, opset_imports=list(model.opset_import), ir_version=model.ir_version),
            data_prop=True,
        ).graph
    except (onnx.shape_inference.InferenceError, ValueError) as error:
        raise GraphFileError(f"The graph is not well-formed: {error}") from error
    types = {info.name: _type(info) for info in (*inferred.input, *inferred.value_info, *inferred.output)}
    types.update((weight.name, (weight.data_type, tuple(weight.dims))) for weight in model.graph.initializer)
    return types


def type_name(element_type: int) -> str:
    """``float32``, ``int64`` ...: as numpy calls it."""
    name = TensorProto.DataType.Name(element_type).lower()
    return "float32" if name == "float" else name


def _elements(weight: TensorProto) -> int:
    count = 1
    for size in weight.dims:
        count *= size
    return count


def _type(info: ValueInfoProto) -> TensorType:
    tensor = info.type.tensor_type
    if not tensor.HasField("shape"):
        return tensor.elem_type, None
    return tensor.elem_type, tuple(dim.dim_value for dim in tensor.shape.dim)
