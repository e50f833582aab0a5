"""Style code and content feature of a photo."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.hairfast.networks.iresnet import STYLE_ROWS, IResNetEncoder, content_layer
from engines.hairfast.width import FULL, Width


class FeatureStyleEncoder(IResNetEncoder):
    """Feature-style encoder (Yao et al. 2022): content goes in where the generator takes 16 px features."""

    latent_avg: Tensor

    def __init__(self, width: Width = FULL) -> None:
        super().__init__(content_layer(width.channels(256), 2, width), content_after=3, width=width)
        self.register_buffer("latent_avg", torch.zeros(STYLE_ROWS, width.channels(512)))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """RGB ``[B,3,256,256]`` in [-1,1] to S ``[B,18,512]`` and content ``[B,512,16,16]``."""
        styles, content = super().forward(image)
        return styles + self.latent_avg, content
