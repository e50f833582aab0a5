"""The label map of a reference, turned to the user's pose."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.graphs.generator_range import GeneratorRange
from engines.hairfast.graphs.networks import Networks
from engines.hairfast.networks.face_parser import LabelMap


class RotateLabels(nn.Module):
    """``w``, ``user_w`` -> ``rotated_labels``."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.rotate = networks.get("rotate")
        self.generator = GeneratorRange(networks, 0, 8)
        self.parser = networks.get("face_parser")
        # Photos are parsed at 512, renders at their full size: that is what the hair code was trained on.
        self.label_map = LabelMap(1024, 4)

    def forward(self, w: Tensor, user_w: Tensor) -> tuple[Tensor, ...]:
        """(1,18,512) and (1,7,512) to int32 (1,256,256)."""
        turned = torch.cat([self.rotate(w[:, :6], user_w[:, :6]), w[:, 6:]], 1)
        image = ((self.generator(turned)[1] + 1) / 2).clamp(0, 1)
        return (self.label_map(self.parser(image))[:, 0].to(torch.int32),)
