"""A convolution that runtimes calculate in integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engines.quantization.quantizer import Quantizer


@dataclass(frozen=True, slots=True)
class Reach:
    """The largest magnitudes that a convolution's input and output keep; beyond them they are clipped."""

    input: float
    output: float


class QuantizedConvolution(nn.Module):
    """A convolution between quantisers: one scale for the input, one for each channel of the weight, one for
    the output.

    ONNX Runtime calculates in integers only where the output is quantised as well; TensorRT needs it not, but
    writes a quarter of the bytes then. While ``active`` is false it is the plain convolution.
    """

    def __init__(self, source: nn.Conv2d, reach: Reach) -> None:
        super().__init__()
        self.convolution = source
        self.input = Quantizer(torch.tensor(reach.input))
        self.weight = Quantizer(source.weight.detach().abs().amax((1, 2, 3)))
        self.output = Quantizer(torch.tensor(reach.output))
        self.active = True

    def forward(self, x: Tensor) -> Tensor:
        """Features (n, channels in, h, w), as ``nn.Conv2d`` takes them."""
        plain = self.convolution
        if not self.active:
            result: Tensor = plain(x)
            return result
        assert isinstance(plain.padding, tuple)
        weight = self.weight(plain.weight)
        rounded: Tensor = self.output(
            nn.functional.conv2d(
                self.input(x), weight, plain.bias, plain.stride, plain.padding, plain.dilation, plain.groups
            )
        )
        return rounded


Sites = dict[str, QuantizedConvolution]
"""Quantised convolutions by their name in the network."""


def quantize_convolutions(network: nn.Module, reaches: Mapping[str, Reach]) -> Sites:
    """Put quantisers around the convolutions of these names, in place."""
    sites = {}
    for name, reach in reaches.items():
        source = network.get_submodule(name)
        assert isinstance(source, nn.Conv2d), f"{name} is not a convolution"
        sites[name] = QuantizedConvolution(source, reach)
        network.set_submodule(name, sites[name])
    return sites
