"""What TensorRT asks of some operators beyond their element types.

Source: the restrictions column of the matrix in :mod:`engines.runtime.operator_table`, and NVIDIA's pages on
explicit quantization (https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from onnx import NodeProto, helper

from engines.runtime.node_view import NodeView


def _resize(view: NodeView) -> str | None:
    get = view.attributes.get
    allowed = {
        "mode": ("nearest", "linear"),
        "coordinate_transformation_mode": (
            *("half_pixel", "pytorch_half_pixel", "tf_half_pixel_for_nn"),
            *("asymmetric", "align_corners"),
        ),
        "nearest_mode": ("round_prefer_floor", "floor", "ceil", "round_prefer_ceil"),
        "keep_aspect_ratio_policy": ("stretch",),
    }
    defaults = {"mode": "nearest", "coordinate_transformation_mode": "half_pixel"}
    for name, values in allowed.items():
        value = get(name, defaults.get(name, values[0]))
        if value not in values:
            return f"{name} {value!r} is not one of {', '.join(values)}"
    return "antialiasing is not taken" if get("antialias", 0) else None


def _pool(view: NodeView) -> str | None:
    if any(d != 1 for d in view.attributes.get("dilations", ())):
        return "dilations other than 1 are not taken"
    if view.node.op_type == "MaxPool" and len(view.node.output) > 1:
        return "the output of indices is not taken"
    return _spatial(view)


def _spatial(view: NodeView) -> str | None:
    rank = view.rank(0)
    if rank is not None and rank not in (3, 4, 5):
        return f"1 to 3 spatial dimensions are taken, the input has rank {rank}"
    return None


def _grid_sample(view: NodeView) -> str | None:
    rank = view.rank(0)
    return None if rank in (4, None) else f"the input must have rank 4, it has {rank}"


def _axes_constant(view: NodeView) -> str | None:
    return None if view.is_constant(1) else "axes must be known at build time"


def _pad(view: NodeView) -> str | None:
    mode = view.attributes.get("mode", "constant")
    return None if mode in ("constant", "reflect", "edge", "wrap") else f"mode {mode!r} is not taken"


def _one_hot(view: NodeView) -> str | None:
    return None if view.is_constant(1) else "depth must be known at build time"


def _quantise(view: NodeView) -> str | None:
    if not view.is_constant(1) or not view.is_constant(2):
        return "scale and zero point must be known at build time"
    if view.has_input(2):
        zero = view.node.input[2]
        if view.types[zero][0] != helper.np_dtype_to_tensor_dtype(np.dtype(np.int8)):
            return "the zero point must be int8: quantisation is symmetric"
        values = view.constants[zero]
        if values is not None and np.any(values):
            return "the zero point must be 0: quantisation is symmetric"
    return _per_channel(view)


def _per_channel(view: NodeView) -> str | None:
    scale = view.types[view.node.input[1]][1]
    if not scale or scale == (1,):
        return None
    if not view.is_constant(0):
        return "only weights may have a scale per channel"
    axis = view.attributes.get("axis", 1)
    for reader in _beyond_dequantise(view):
        wanted = 1 if reader.op_type == "ConvTranspose" else 0
        if reader.op_type in ("Conv", "ConvTranspose") and axis != wanted:
            return f"weights of {reader.op_type} have their scales along axis {wanted}, not {axis}"
    return None


def _beyond_dequantise(view: NodeView) -> tuple[NodeProto, ...]:
    readers = view.readers.get(view.node.output[0], ())
    if view.node.op_type == "QuantizeLinear":
        return tuple(r for dq in readers for r in view.readers.get(dq.output[0], ()))
    return readers


def _cast(view: NodeView) -> str | None:
    to_uint8 = view.attributes.get("to") == helper.np_dtype_to_tensor_dtype(np.dtype(np.uint8))
    if to_uint8 and view.node.output[0] not in view.graph_outputs:
        return "uint8 is taken at the ends of a network only"
    return None


def _batch_norm(view: NodeView) -> str | None:
    return "training_mode is not taken" if view.attributes.get("training_mode", 0) else None


def _scatter(view: NodeView) -> str | None:
    reduction = view.attributes.get("reduction", "none")
    return None if reduction == "none" else f"reduction {reduction!r} is not taken"


def _top_k(view: NodeView) -> str | None:
    if not view.attributes.get("sorted", 1):
        return "sorted must be 1"
    k = view.constants.get(view.node.input[1])
    return "K must be less than 3840" if k is not None and np.any(k >= 3840) else None


def _layer_norm(view: NodeView) -> str | None:
    return "only the first output is taken" if len(view.node.output) > 1 else None


RULES: dict[str, Callable[[NodeView], str | None]] = {
    "Resize": _resize,
    "MaxPool": _pool,
    "AveragePool": _pool,
    "LpPool": _pool,
    "Conv": _spatial,
    "ConvTranspose": _spatial,
    "GridSample": _grid_sample,
    "Pad": _pad,
    "QuantizeLinear": _quantise,
    "DequantizeLinear": _quantise,
    "Cast": _cast,
    "BatchNormalization": _batch_norm,
    "ScatterND": _scatter,
    "ScatterElements": _scatter,
    "TopK": _top_k,
    "LayerNormalization": _layer_norm,
    "Squeeze": _axes_constant,
    "Unsqueeze": _axes_constant,
    "CumSum": _axes_constant,
    "OneHot": _one_hot,
    **{
        f"Reduce{kind}": _axes_constant
        for kind in ("L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare")
    },
}
"""By operator: what is wrong with a node, or ``None``."""
