"""What a network is calibrated, measured and trained with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor, nn
from torch.func import functional_call


@dataclass(frozen=True, slots=True)
class Example:
    """Inputs of a network, and buffers that stand in for its own: constants with a place in the picture,
    such as fixed noise, have to be cut out as the inputs are."""

    inputs: tuple[Tensor, ...]
    buffers: Mapping[str, Tensor] = field(default_factory=dict)

    def run(self, network: nn.Module) -> Tensor:
        """The network's output; the first where it has several."""
        result = functional_call(network, dict(self.buffers), self.inputs)
        output: Tensor = result[0] if isinstance(result, tuple) else result
        return output
