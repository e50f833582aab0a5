"""A picture redrawn in another label map."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.labels import LABEL_COUNT
from engines.hairfast.networks.label_patches import LabelPatches
from engines.hairfast.networks.sean_block import SeanBlock
from engines.hairfast.networks.sean_encoder import SeanEncoder
from engines.hairfast.width import FULL, Width


class SeanGenerator(nn.Module):
    """SEAN (Zhu et al. 2020) at 256 px, CelebAMask-HQ labels, spectral norm folded, noise off.

    ``median_codes`` ``[19,D]`` stand in for the labels that a picture does not show.
    """

    median_codes: Tensor

    def __init__(self, width: Width = FULL) -> None:
        super().__init__()
        c64, c128, c256, c512, c1024 = (width.channels(full) for full in (64, 128, 256, 512, 1024))
        self.Zencoder = SeanEncoder(width)
        self.fc = nn.Conv2d(LABEL_COUNT, c1024, 3, padding=1)
        self.head_0 = SeanBlock(c1024, c1024, width)
        self.G_middle_0 = SeanBlock(c1024, c1024, width)
        self.G_middle_1 = SeanBlock(c1024, c1024, width)
        self.up_0 = SeanBlock(c1024, c512, width)
        self.up_1 = SeanBlock(c512, c256, width)
        self.up_2 = SeanBlock(c256, c128, width)
        self.up_3 = SeanBlock(c128, c64, width, styled=False)
        self.conv_img = nn.Conv2d(c64, 3, 3, padding=1)
        self.patches = LabelPatches()
        self.register_buffer("median_codes", torch.zeros(LABEL_COUNT, c512))

    def encode(self, image: Tensor, one_hot: Tensor) -> Tensor:
        """Style codes ``[B,19,D]`` as :meth:`SeanEncoder.forward` gives them."""
        return self.Zencoder(image, one_hot)  # type: ignore[no-any-return]

    def decode(self, codes: Tensor, one_hot: Tensor) -> Tensor:
        """All ``codes`` ``[B,19,D]`` in one label map ``[1,19,256,256]``: RGB ``[B,3,256,256]`` in [-1,1].

        A code that is all zero, as those of absent labels are, is replaced by the median code of its label.
        """
        known = codes.abs().amax(2, keepdim=True) > 0
        codes = torch.where(known, codes, self.median_codes)
        x = self.fc(one_hot[:, :, ::32, ::32])
        levels = (self.head_0,), (self.G_middle_0, self.G_middle_1), (self.up_0,), (self.up_1,), (self.up_2,)
        for level, blocks in enumerate(levels):
            if blocks[0] is self.up_2:
                # CPUs convolve maps this large faster with the channels last; before, it costs accuracy only.
                x = x.contiguous(memory_format=torch.channels_last)
                one_hot = one_hot.contiguous(memory_format=torch.channels_last)
            labels = one_hot[:, :, :: 32 >> level, :: 32 >> level]
            style = codes, self.patches(labels)
            for block in blocks:
                x = block(x, labels, style)
            x = nn.functional.interpolate(x, scale_factor=2.0)
        x = self.up_3(x, one_hot, None)
        return torch.tanh(self.conv_img(nn.functional.leaky_relu(x, 0.2)))
