"""A network small enough to quantise and train in a test."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.quantization.example import Example


class SmallNetwork(nn.Module):
    """Four convolutions, a grouped and a tiny one; ``gain`` scales one channel between the second and third.

    A large ``gain`` is taken back by the third convolution's weights: in floating point it changes little, in
    int8 the other channels are left with few levels.
    """

    def __init__(self, gain: float = 1.0) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 8, 3, padding=1)
        self.third = nn.Conv2d(8, 8, 3, padding=1)
        self.fourth = nn.Conv2d(8, 8, 3, padding=1)
        self.grouped = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.tiny = nn.Conv2d(8, 1, 1)
        scale = torch.ones(1, 8, 1, 1)
        scale[0, 0] = gain
        self.register_buffer("scale", scale)
        with torch.no_grad():
            self.third.weight[:, 0] /= gain
        self.requires_grad_(False)

    def forward(self, picture: Tensor) -> tuple[Tensor]:
        """(n,3,h,w) to (n,8,h,w) and one channel more."""
        x = torch.relu(self.first(picture))
        x = torch.relu(self.second(x)) * self.get_buffer("scale")
        x = torch.relu(self.third(x))
        x = self.grouped(self.fourth(x))
        return (torch.cat([x, self.tiny(x)], 1),)


CONVOLUTIONS = ["first", "second", "third", "fourth"]


def examples(count: int, seed: int = 0) -> list[Example]:
    """Pictures (1,3,24,24) of normal noise."""
    generator = torch.Generator().manual_seed(seed)
    return [Example((torch.randn(1, 3, 24, 24, generator=generator),)) for _ in range(count)]
