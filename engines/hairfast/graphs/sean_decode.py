"""The user and the shape reference, both redrawn in the target labels."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.graphs.networks import Networks
from engines.hairfast.masks import OneHot


class SeanDecode(nn.Module):
    """``user_sean_code``, ``shape_sean_code``, ``target_labels`` -> ``sean_images``.

    Both in one batch: what depends on the labels alone, a third of the work, is done once.
    """

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.sean = networks.get("sean")
        self.one_hot = OneHot()

    def forward(self, user_code: Tensor, shape_code: Tensor, target_labels: Tensor) -> tuple[Tensor, ...]:
        """(1,19,512) twice and int32 (1,256,256) to (2,3,256,256) in [-1, 1]."""
        return (self.sean.decode(torch.cat([user_code, shape_code]), self.one_hot(target_labels)),)
