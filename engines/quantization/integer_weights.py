"""Weights of quantised ONNX graphs as the integers they are used as."""

from __future__ import annotations

import numpy as np
from onnx import ModelProto, helper, numpy_helper

from engines.quantization.quantizer import HIGHEST, LOWEST


def store_integers(model: ModelProto) -> None:
    """Replace every weight that a QuantizeLinear reads by int8, a quarter of the size, and drop that node.

    ``model`` is changed in place.
    """
    graph = model.graph
    weights = {weight.name: weight for weight in graph.initializer}
    constants = {node.output[0]: node.attribute[0].t for node in graph.node if node.op_type == "Constant"}
    known = {**constants, **weights}
    readers = [name for node in graph.node for name in node.input]
    for node in [node for node in graph.node if node.op_type == "QuantizeLinear"]:
        source, scale_name = node.input[0], node.input[1]
        if source not in weights:
            continue
        array = numpy_helper.to_array(weights[source])
        scale = numpy_helper.to_array(known[scale_name])
        axis = next((helper.get_attribute_value(a) for a in node.attribute if a.name == "axis"), 1)
        if scale.ndim:
            scale = scale.reshape([-1 if i == axis else 1 for i in range(array.ndim)])
        steps = np.clip(np.rint(array / scale), LOWEST, HIGHEST).astype(np.int8)
        graph.initializer.append(numpy_helper.from_array(steps, node.output[0]))
        graph.node.remove(node)
        if readers.count(source) == 1:
            graph.initializer.remove(weights[source])
