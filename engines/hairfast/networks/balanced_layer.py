"""A styled layer whose channels are alike where they are rounded to integers."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.networks.synthesis_range import StyledLayer

_LEAST = 0.02
"""Of the mean of all channels: what counts for a channel with less."""


class BalancedLayer(nn.Module):
    """The same layer, with factors moved between its style vectors and its weight.

    One scale for all channels of an activation leaves few levels to small ones. With the style vectors
    ``s·a`` and ``d/b`` and the weight ``W·b/a`` the layer gives the same numbers, but its convolution's
    output channels are equally large (Nagel et al., "Data-Free Quantization Through Weight Equalization and
    Bias Correction", ICCV 2019), and its input channels are as even as the input channels of its weight
    (Xiao et al., "SmoothQuant", ICML 2023, eq. 4 with α = 0.5). All that a frame pays is two products of
    vectors.
    """

    input_gain: Tensor
    output_gain: Tensor

    def __init__(self, layer: StyledLayer, input_spread: Tensor, output_spread: Tensor) -> None:
        """
        Args:
            layer: it is taken over, and its weight replaced.
            input_spread: size of each input channel of its convolution, (channels in,).
            output_spread: of each output channel, (channels out,); of each of the four phases in turn where
                it up-samples.
        """
        super().__init__()
        convolution = layer.conv[0] if isinstance(layer.conv, nn.Sequential) else layer.conv
        assert isinstance(convolution, nn.Conv2d)
        phases = len(output_spread) // layer.get_buffer("bias").shape[1]
        output = output_spread.view(-1, phases).square().mean(1).sqrt()
        a = _relative(input_spread).rsqrt()
        b = 1 / _relative(output)
        weight = convolution.weight.detach()
        balanced = weight * b.repeat_interleave(phases)[:, None, None, None] / a[None, :, None, None]
        convolution.weight = nn.Parameter(balanced, requires_grad=False)
        self.layer = layer
        self.register_buffer("input_gain", a[None])
        self.register_buffer("output_gain", 1 / b[None])

    def forward(self, features: Tensor, scale: Tensor, demodulation: Tensor) -> Tensor:
        """As :meth:`StyledLayer.forward`."""
        result: Tensor = self.layer(features, scale * self.input_gain, demodulation * self.output_gain)
        return result


def _relative(spread: Tensor) -> Tensor:
    return torch.clamp(spread / spread.mean(), min=_LEAST)
