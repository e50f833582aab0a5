"""One node of an ONNX graph and what surrounds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from onnx import NodeProto, helper

from engines.runtime.session import Array
from engines.runtime.tensor_types import TensorType


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node with what is known of its inputs."""

    node: NodeProto
    types: Mapping[str, TensorType]
    constants: Mapping[str, Array | None]
    """Build-time constants by name; ``None`` where the values were not looked at."""
    readers: Mapping[str, tuple[NodeProto, ...]]
    """Nodes that take a tensor, by its name."""
    graph_outputs: frozenset[str]
    attributes: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        values = {a.name: helper.get_attribute_value(a) for a in self.node.attribute}
        decoded = {k: v.decode() if isinstance(v, bytes) else v for k, v in values.items()}
        object.__setattr__(self, "attributes", decoded)

    def has_input(self, index: int) -> bool:
        """Whether that input is given."""
        return len(self.node.input) > index and bool(self.node.input[index])

    def is_constant(self, index: int) -> bool:
        """Whether that input is absent or known when the engine is built."""
        return not self.has_input(index) or self.node.input[index] in self.constants

    def rank(self, index: int) -> int | None:
        """Number of dimensions of that input."""
        shape = self.types.get(self.node.input[index], (0, None))[1]
        return None if shape is None else len(shape)
