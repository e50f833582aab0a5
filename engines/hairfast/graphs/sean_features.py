"""F features of the redrawn pictures."""

from __future__ import annotations

from torch import Tensor, nn

from engines.hairfast.graphs import coarse_features
from engines.hairfast.graphs.networks import Networks


class SeanFeatures(nn.Module):
    """``sean_images`` -> ``sean_f``."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.e4e = networks.get("e4e")
        self.coarse = coarse_features.CoarseFeatures(networks)

    def forward(self, sean_images: Tensor) -> tuple[Tensor, ...]:
        """(2,3,256,256) in [-1, 1] to (2,512,32,32)."""
        return (self.coarse(self.e4e(sean_images, coarse_features.ROWS)),)
