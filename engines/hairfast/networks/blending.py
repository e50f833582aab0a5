"""Gives the style rows of one face the hair colour of another photo."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.networks.modulation import ModulationStack
from engines.hairfast.width import FULL, Width

ROWS = 12
"""The latent rows that colour depends on: 6..17."""


class Blending(nn.Module):
    """Style rows 6..17 of the face, changed by the colour photo's rows and two CLIP embeddings."""

    def __init__(self, width: Width = FULL) -> None:
        super().__init__()
        channels = width.channels(512)
        self.modulation_module_list = ModulationStack(channels, 3 * channels, width.channels(1024))

    def forward(self, face: Tensor, color: Tensor, clip_face: Tensor, clip_color: Tensor) -> Tensor:
        """Blended rows (n, 12, 512).

        ``face`` and ``color`` are rows 6..17 (n, 12, 512) of the photos' style codes. ``clip_face`` (n, 512)
        embeds the face without any hair, ``clip_color`` (n, 512) the colour photo's hair alone.
        """
        clips = torch.cat([clip_face, clip_color], 1)[:, None]
        embedding = torch.cat([color, torch.cat([clips] * ROWS, 1)], 2)
        changed: Tensor = self.modulation_module_list(face, embedding)
        return face + 0.1 * changed
