"""The label map of the user with other hair."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.graphs.networks import Networks
from engines.hairfast.masks import OneHot


class TargetMask(nn.Module):
    """``face_code``, ``rotated_labels`` -> ``target_labels``."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.mask_generator = networks.get("mask_generator")
        self.one_hot = OneHot()

    def forward(self, face_code: Tensor, rotated_labels: Tensor) -> tuple[Tensor, ...]:
        """(1,1024) and int32 (1,256,256) to int32 (1,256,256)."""
        hair_code = self.mask_generator.encode_hair(self.one_hot(rotated_labels))
        return (self.mask_generator.decode(face_code, hair_code).argmax(1).to(torch.int32),)
