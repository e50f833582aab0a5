"""The generator's parameters, named as the checkpoint's; how they are run is in ``synthesis_range``."""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor, nn


class StyleAffine(nn.Module):
    """From one latent row to one scale per input channel of a convolution."""

    def __init__(self, style: int, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, style))
        self.bias = nn.Parameter(torch.ones(channels))

    def forward(self, row: Tensor) -> Tensor:
        """Scales (n, channels) for latent rows (n, style)."""
        return nn.functional.linear(row, self.weight * self.weight.shape[1] ** -0.5, self.bias)


class ModulatedConvolution(nn.Module):
    """Weight of a convolution whose input channels a style scales."""

    def __init__(self, style: int, channels_in: int, channels_out: int, kernel: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1, channels_out, channels_in, kernel, kernel))
        self.modulation = StyleAffine(style, channels_in)

    @property
    def gain(self) -> float:
        """Factor that keeps the variance: 1 / sqrt(fan-in)."""
        return 1 / sqrt(self.weight[0, 0].numel())


class NoiseStrength(nn.Module):
    """How much of the noise picture is added."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))


class ActivationBias(nn.Module):
    """Bias added before the activation."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(channels))


class StyledConvolution(nn.Module):
    """Modulated 3×3 convolution, noise, bias, leaky ReLU."""

    def __init__(self, style: int, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv = ModulatedConvolution(style, channels_in, channels_out, 3)
        self.noise = NoiseStrength()
        self.activate = ActivationBias(channels_out)


class ToRgb(nn.Module):
    """Modulated 1×1 convolution to RGB, without demodulation."""

    def __init__(self, style: int, channels: int) -> None:
        super().__init__()
        self.conv = ModulatedConvolution(style, channels, 3, 1)
        self.bias = nn.Parameter(torch.zeros(1, 3, 1, 1))
