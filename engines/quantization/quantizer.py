"""Rounding to 8-bit integers and back, as QuantizeLinear and DequantizeLinear do it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

LOWEST, HIGHEST = -128, 127
SMALLEST_SCALE = 1e-5
"""Of a channel's scale, relative to the largest one's. Below it nothing but the largest int32 is in reach of
a bias, whose unit is the product of the scales of input and weight."""


class Quantizer(nn.Module):
    """``clip(round(x / scale), -128, 127) * scale``: symmetric, zero point 0, which TensorRT asks for.

    One scale for a whole tensor, or one for each entry of its first axis: the output channels of a
    convolution's weight. It exports as a pair of Q and DQ. While gradients are recorded, rounding passes them
    on as if it did nothing (Bengio et al., "Estimating or Propagating Gradients Through Stochastic Neurons",
    2013), and the scale gets its own (Esser et al., "Learned Step Size Quantization", ICLR 2020, eq. 3).
    """

    zero: Tensor

    def __init__(self, reach: Tensor) -> None:
        """
        Args:
            reach: the magnitude that becomes 127, float32 () or (channels,).
        """
        super().__init__()
        scale = reach / HIGHEST
        floor = max(SMALLEST_SCALE * float(scale.max()), torch.finfo(torch.float32).tiny)
        self.scale = nn.Parameter(scale.clamp(min=floor), requires_grad=False)
        self.register_buffer("zero", torch.zeros_like(scale, dtype=torch.int32), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """``x`` with rounded values, of the same shape."""
        per_channel = self.scale.dim() == 1
        if torch.is_grad_enabled():
            scale = self.scale.view(-1, *[1] * (x.dim() - 1)) if per_channel else self.scale
            steps = (x / scale).clamp(LOWEST, HIGHEST)
            return (steps + (steps.round() - steps).detach()) * scale
        if per_channel:
            return torch.fake_quantize_per_channel_affine(x, self.scale, self.zero, 0, LOWEST, HIGHEST)
        return torch.fake_quantize_per_tensor_affine(x, self.scale, self.zero, LOWEST, HIGHEST)
