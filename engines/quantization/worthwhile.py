"""Which convolutions are worth quantising."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engines.quantization.example import Example

LEAST_SHARE = 0.01
"""Of the multiplications of all convolutions. What does less gains no time and loses precision all the same;
last layers and projections to RGB are among it."""


def worthwhile_convolutions(network: nn.Module, example: Example) -> list[str]:
    """Names of the ungrouped convolutions with at least ``LEAST_SHARE`` of all multiplications.

    Grouped ones filter channel by channel: reading and writing takes their time, not multiplying.
    """
    multiplications: dict[str, int] = {}
    hooks = []
    for name, module in network.named_modules():
        if isinstance(module, nn.Conv2d):

            def count(module: nn.Module, _: Any, output: Tensor, name: str = name) -> None:
                multiplications[name] = module.get_parameter("weight")[0].numel() * output.numel()

            hooks.append(module.register_forward_hook(count))
    with torch.no_grad():
        example.run(network)
    for hook in hooks:
        hook.remove()
    least = LEAST_SHARE * sum(multiplications.values())
    return [
        name
        for name, module in network.named_modules()
        if isinstance(module, nn.Conv2d) and module.groups == 1 and multiplications.get(name, 0) >= least
    ]
