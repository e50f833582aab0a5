"""The matte network: plain convolutions with ReLU, which 8-bit integers make faster."""

from __future__ import annotations

import torch
from torch import Tensor, nn

INPUTS, OUTPUTS, SIZE = 4, 3, 256


def _convolution(
    inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.body(x))


class _Inverted(nn.Module):
    """Inverted residual with a linear bottleneck (Sandler et al., CVPR 2018), expansion 3."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        wide = 3 * inputs
        self.body = nn.Sequential(
            _convolution(inputs, wide, 1),
            _convolution(wide, wide, 3, stride, wide),
            nn.Conv2d(wide, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.add = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.body(x)
        return x + result if self.add else result


class _Merge(nn.Module):
    """What comes from below, enlarged, and what was kept from the way down."""

    def __init__(self, below: int, skip: int, outputs: int) -> None:
        super().__init__()
        self.below = nn.Sequential(nn.Conv2d(below, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.skip = nn.Sequential(nn.Conv2d(skip, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.enlarge = nn.Upsample(scale_factor=2, mode="nearest")
        self.mix = _convolution(outputs, outputs)

    def forward(self, below: Tensor, skip: Tensor) -> Tensor:
        result: Tensor = self.mix(torch.relu(self.enlarge(self.below(below)) + self.skip(skip)))
        return result


class MatteNetwork(nn.Module):
    """(n, 4, 256, 256) float32, RGB and the previous hair matte, 0..1, to logits (n, 3, 256, 256) of hair,
    skin and person.

    The decoder ends at 64 x 64 and a PixelShuffle makes the picture: layers at full size would take more time
    than all others.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = _convolution(INPUTS, 16, stride=2)
        self.quarter = _convolution(16, 32, stride=2)
        self.eighth = nn.Sequential(_convolution(32, 48, stride=2), _Residual(48))
        self.sixteenth = nn.Sequential(_convolution(48, 80, stride=2), _Residual(80), _Residual(80))
        self.bottom = nn.Sequential(_Inverted(80, 96, 2), _Inverted(96, 96, 1), _Inverted(96, 96, 1))
        self.up16 = _Merge(96, 80, 64)
        self.up8 = _Merge(64, 48, 48)
        self.up4 = _Merge(48, 32, 32)
        self.head = nn.Conv2d(32, 16 * OUTPUTS, 3, 1, 1)
        self.shuffle = nn.PixelShuffle(4)

    def forward(self, image: Tensor) -> Tensor:
        quarter = self.quarter(self.stem(image))
        eighth = self.eighth(quarter)
        sixteenth = self.sixteenth(eighth)
        up = self.up16(self.bottom(sixteenth), sixteenth)
        up = self.up4(self.up8(up, eighth), quarter)
        logits: Tensor = self.shuffle(self.head(up))
        return logits


class MatteProbability(nn.Module):
    """The network as it is shipped: values 0..1 instead of logits."""

    def __init__(self, network: MatteNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        return torch.sigmoid(self.network(image))
