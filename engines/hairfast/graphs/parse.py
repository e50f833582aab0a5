"""A photo's label map."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.graphs.networks import Networks
from engines.hairfast.networks.face_parser import LabelMap


class Parse(nn.Module):
    """``im_512`` -> ``labels``."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.parser = networks.get("face_parser")
        self.label_map = LabelMap(512, 2)

    def forward(self, im_512: Tensor) -> tuple[Tensor, ...]:
        """(1,3,512,512) to int32 (1,256,256)."""
        return (self.label_map(self.parser(im_512))[:, 0].to(torch.int32),)
