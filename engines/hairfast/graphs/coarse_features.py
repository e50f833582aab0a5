"""e4e's idea of a picture, as features."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.graphs.generator_range import GeneratorRange
from engines.hairfast.graphs.networks import Networks

ROWS = 7
"""Rows of a latent that layers 0..3 read."""


class CoarseFeatures(nn.Module):
    """Generator layers 0..3 from the first rows of W."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.generator = GeneratorRange(networks, 0, 3)

    def forward(self, w: Tensor) -> Tensor:
        """(n,7,512) or more rows to (n,512,32,32)."""
        # The next row styles layer 3's RGB, which nothing reads.
        features: Tensor = self.generator(torch.cat([w[:, :ROWS], w[:, :1]], 1))[0]
        return features
