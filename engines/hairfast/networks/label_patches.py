"""Label maps as matrices: a convolution of something constant per label is a product with one of these."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def label_patches(one_hot: Tensor) -> Tensor:
    """The 3x3 neighbourhood of every pixel: ``[1,L,H,W]`` to ``[H*W,9L]``, tap-major, zeros outside the map.

    A 3x3 convolution W of a map that is ``code[label]`` at every pixel is ``label_patches @ K`` with
    ``K[tap, label, c] = sum_d W[c, d, tap] code[label, d]``: no map of codes is ever built.
    """
    height, width = one_hot.shape[2:]
    padded = nn.functional.pad(one_hot, (1, 1, 1, 1))
    shifted = [padded[:, :, y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return torch.cat(shifted, 1).flatten(2)[0].T
