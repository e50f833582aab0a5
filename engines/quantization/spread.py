"""How large the channels of activations are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engines.quantization.example import Example


@dataclass(frozen=True, slots=True)
class Spread:
    """Root mean square of every channel of a convolution's input and output."""

    input: Tensor
    output: Tensor


def channel_spreads(
    network: nn.Module, names: Sequence[str], examples: Iterable[Example]
) -> dict[str, Spread]:
    """The spreads of the convolutions of these names, over all examples."""
    squares: dict[str, list[tuple[Tensor, Tensor]]] = {name: [] for name in names}
    hooks = []
    for name in names:

        def note(_: nn.Module, inputs: Any, output: Tensor, name: str = name) -> None:
            squares[name].append((_mean_square(inputs[0]), _mean_square(output)))

        hooks.append(network.get_submodule(name).register_forward_hook(note))
    try:
        with torch.no_grad():
            for example in examples:
                example.run(network)
    finally:
        for hook in hooks:
            hook.remove()
    return {
        name: Spread(*(torch.stack(side).mean(0).sqrt() for side in zip(*found, strict=True)))
        for name, found in squares.items()
    }


def _mean_square(activation: Tensor) -> Tensor:
    return activation.detach().square().mean((0, 2, 3))
