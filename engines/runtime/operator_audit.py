"""Whether TensorRT would take every node of an ONNX graph, found out without TensorRT."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from onnx import ModelProto, NodeProto, numpy_helper

from engines.runtime.node_view import NodeView
from engines.runtime.operator_rules import RULES
from engines.runtime.operator_table import OPSETS, SUPPORTED, VERSION
from engines.runtime.read_graph import read_graph
from engines.runtime.session import Array
from engines.runtime.tensor_types import tensor_types, type_name

_SMALL = 1 << 16
"""Constants of more bytes than this are not looked at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A node that TensorRT would not take, and why."""

    node: str
    operator: str
    reason: str

    def __str__(self) -> str:
        return f"{self.operator} {self.node!r}: {self.reason}"


@dataclass(frozen=True, slots=True)
class OperatorAudit:
    """The verdict on one graph."""

    opset: int
    operators: Mapping[str, int]
    """Number of nodes by operator."""
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    """What TensorRT takes, but worth knowing."""

    @property
    def clean(self) -> bool:
        """Whether every node is taken."""
        return not self.findings


def audit(path: Path) -> OperatorAudit:
    """The verdict on an ONNX file.

    Raises:
        GraphFileError: it cannot be read.
    """
    return audit_model(read_graph(path, weights=False))


def audit_model(model: ModelProto) -> OperatorAudit:
    """The verdict on a graph whose tensors all have static types.

    Raises:
        GraphFileError: the graph is not well-formed.
    """
    graph = model.graph
    opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    types = tensor_types(model)
    constants = _constants(model)
    readers: dict[str, tuple[NodeProto, ...]] = {}
    for node in graph.node:
        for name in node.input:
            readers[name] = (*readers.get(name, ()), node)
    outputs = frozenset(output.name for output in graph.output)
    findings = [
        Finding(node.name or node.output[0], node.op_type, reason)
        for node in graph.node
        if (reason := _refusal(NodeView(node, types, constants, readers, outputs)))
    ]
    if opset not in OPSETS:
        reason = f"opset {opset} is not among {OPSETS.start} to {OPSETS.stop - 1} of TensorRT {VERSION}"
        findings.insert(0, Finding("graph", "opset", reason))
    wide = sorted(
        {
            f"{node.op_type} {node.name or node.output[0]!r}"
            for node in graph.node
            if _computes(node, "int64", types) and node.output[0] not in constants
        }
    )
    notes = [f"64-bit integers, which TensorRT before 10 casts to 32 bits: {', '.join(wide)}"] if wide else []
    return OperatorAudit(
        opset, dict(Counter(node.op_type for node in graph.node)), tuple(findings), tuple(notes)
    )


def _refusal(view: NodeView) -> str | None:
    node = view.node
    if node.domain not in ("", "ai.onnx"):
        return f"operators of {node.domain} are not taken"
    supported = SUPPORTED.get(node.op_type)
    if supported is None:
        return f"TensorRT {VERSION} has no such operator"
    # The first input carries the data; later ones such as indices and shapes have types of their own.
    # The condition comes first in "Where".
    if node.input and node.input[0] in view.types:
        given = type_name(view.types[node.input[0]][0])
        if given not in supported and node.op_type != "Where":
            return f"{given} is not among {', '.join(sorted(supported))}"
    rule = RULES.get(node.op_type)
    return rule(view) if rule else None


def _computes(node: NodeProto, kind: str, types: Mapping[str, tuple[int, tuple[int, ...] | None]]) -> bool:
    return any(name in types and type_name(types[name][0]) == kind for name in node.output)


def _constants(model: ModelProto) -> dict[str, Array | None]:
    """Weights, constants, and whatever follows from them and from static shapes alone."""
    known: dict[str, Array | None] = {}
    for weight in model.graph.initializer:
        small = len(weight.raw_data) <= _SMALL and not weight.external_data
        known[weight.name] = numpy_helper.to_array(weight) if small else None
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            known[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        elif node.op_type in ("Constant", "Shape", "Size") or all(i in known for i in node.input if i):
            known.update(dict.fromkeys(node.output))
    return known
