"""Label maps as matrices: a convolution of something constant per label is a product with one of these."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.labels import LABEL_COUNT


class LabelPatches(nn.Module):
    """The 3x3 neighbourhood of every pixel of a label map.

    A 3x3 convolution W of a map that is ``code[label]`` at every pixel is ``patches @ K`` with
    ``K[label, tap, c] = sum_d W[c, d, tap] code[label, d]``: no map of codes is ever built.
    """

    taps: Tensor

    def __init__(self) -> None:
        super().__init__()
        size = 9 * LABEL_COUNT
        taps = torch.eye(size, device="cpu").view(size, LABEL_COUNT, 3, 3)
        self.register_buffer("taps", taps, persistent=False)

    def forward(self, one_hot: Tensor) -> Tensor:
        """``[1,19,H,W]`` to ``[H*W,19*9]``, zeros outside the map."""
        # As a convolution it is one node of a graph; gathering by pads and slices is a dozen.
        return nn.functional.conv2d(one_hot, self.taps, padding=1).flatten(2)[0].T
