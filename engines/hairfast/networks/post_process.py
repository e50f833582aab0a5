"""Brings the face's own identity and detail back into the blended picture."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from engines.hairfast.networks.iresnet import IBasicBlock, IResNetEncoder, content_layer
from engines.hairfast.networks.modulation import ModulationStack
from engines.hairfast.width import FULL, Width


class FeatureFusion(nn.Module):
    """Six residual blocks from two pictures' features to one."""

    def __init__(self, width: Width) -> None:
        super().__init__()
        counts = [width.channels(full) for full in (512, 1024, 768, 512)]
        inputs = 2 * counts[0]
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        for stage, outputs in enumerate(counts[1:], 1):
            blocks[f"res_block_{stage}_1"] = IBasicBlock(inputs, outputs)
            blocks[f"res_block_{stage}_2"] = IBasicBlock(outputs, outputs)
            inputs = outputs
        self.res_blocks = nn.Sequential(blocks)

    def forward(self, features: Tensor) -> Tensor:
        """(n, 1024, 64, 64) to (n, 512, 64, 64)."""
        result: Tensor = self.res_blocks(features)
        return result


class PostProcess(nn.Module):
    """The face photo and the blended render -> the latent and the feature map of the final render."""

    latent_avg: Tensor

    def __init__(self, width: Width = FULL) -> None:
        super().__init__()
        channels = width.channels(512)
        content = nn.Sequential(content_layer(width.channels(128), 1, width))
        self.encoder_face = IResNetEncoder(content, 2, width)
        self.to_latent_1 = ModulationStack(channels, channels, channels)
        self.to_latent_2 = ModulationStack(channels, channels, channels)
        self.to_feature = FeatureFusion(width)
        self.register_buffer("latent_avg", torch.zeros(channels))

    def fuse(
        self, style_face: Tensor, feature_face: Tensor, style_blend: Tensor, feature_blend: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What :meth:`forward` returns, from what ``encoder_face`` makes of both pictures.

        Styles are (n, 18, 512), features (n, 512, 64, 64).
        """
        change = self.to_latent_1(style_face, style_blend) + self.to_latent_2(style_blend, style_face)
        return self.latent_avg + 0.1 * change, self.to_feature(torch.cat([feature_face, feature_blend], 1))

    def forward(self, face: Tensor, blend: Tensor) -> tuple[Tensor, Tensor]:
        """Latent (n, 18, 512) and the input of generator layer 5 (n, 512, 64, 64).

        ``face`` is the photo, ``blend`` the render with the new hair, both RGB (n, 3, 256, 256), about -1..1.
        """
        styles, features = self.encoder_face(torch.cat([face, blend]))
        count = face.shape[0]
        return self.fuse(styles[:count], features[:count], styles[count:], features[count:])
