"""A photo in the three sizes that networks read."""

from __future__ import annotations

from torch import Tensor, nn

from engines.hairfast.graphs.networks import Networks
from engines.hairfast.networks.resampling import BicubicDownSample, MeanDownSample


class Reduce(nn.Module):
    """``image`` -> ``im_512``, ``im_256``, ``mean_256``. Encoders were trained on different reductions."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.by_two = BicubicDownSample(2)
        self.by_four = BicubicDownSample(4)
        self.mean_of_four = MeanDownSample(4)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """(1,3,1024,1024) in [0, 1] to (1,3,512,512), (1,3,256,256) and, in [-1, 1], (1,3,256,256)."""
        return self.by_two(image), self.by_four(image), self.mean_of_four(image * 2 - 1)
