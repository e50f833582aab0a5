"""Spatially adaptive scale and shift from a label map."""

from __future__ import annotations

from torch import Tensor, nn

from engines.hairfast.labels import LABEL_COUNT
from engines.hairfast.width import Width


class Spade(nn.Module):
    """The modulation of SPADE (Park et al. 2019, fig. 2) without its normalisation, which SEAN does itself.

    Depends on the label map alone, so that all pictures drawn in one map share it.
    """

    def __init__(self, channels: int, width: Width) -> None:
        super().__init__()
        hidden = width.channels(128)
        self.mlp_shared = nn.Sequential(nn.Conv2d(LABEL_COUNT, hidden, 3, padding=1), nn.ReLU())
        self.mlp_gamma = nn.Conv2d(hidden, channels, 3, padding=1)
        self.mlp_beta = nn.Conv2d(hidden, channels, 3, padding=1)

    def forward(self, one_hot: Tensor) -> tuple[Tensor, Tensor]:
        """Scale and shift ``[1,C,H,W]`` for the label map ``one_hot`` ``[1,19,H,W]``."""
        hidden = self.mlp_shared(one_hot)
        return self.mlp_gamma(hidden), self.mlp_beta(hidden)
