"""The user's features with the reference's hair shape, in the colour reference's colour."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.graphs.generator_range import GeneratorRange
from engines.hairfast.graphs.networks import Networks
from engines.hairfast.masks import FeatureAlign, Morphology, hair_mask
from engines.hairfast.networks.resampling import BicubicDownSample


class AlignBlend(nn.Module):
    """Everything between the codes and the first render; inputs and outputs as the catalogue lists them."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.align = FeatureAlign()
        self.morphology = Morphology()
        self.clip = networks.get("clip")
        self.blending = networks.get("blending")
        self.generator = GeneratorRange(networks, 4, 8)
        self.reduce = BicubicDownSample(4)

    def forward(
        self,
        user_f: Tensor,
        shape_f: Tensor,
        sean_f: Tensor,
        user_labels: Tensor,
        shape_labels: Tensor,
        target_labels: Tensor,
        color_labels: Tensor,
        color_target_labels: Tensor,
        user_im_256: Tensor,
        user_s: Tensor,
        color_s: Tensor,
        color_hair_clip: Tensor,
    ) -> tuple[Tensor, ...]:
        """To ``f_align``, ``s_blend``, ``blend_256``."""
        user_hair = hair_mask(user_labels)
        f_align = self.align(
            user_f, sean_f, shape_f, user_hair, hair_mask(target_labels), hair_mask(shape_labels)
        )
        face = user_im_256 * 2 - 1
        for hair in (user_hair, hair_mask(color_labels), hair_mask(color_target_labels)):
            face = face * (1 - self.morphology.dilate(hair))
        fine = self.blending(user_s[:, 6:], color_s[:, 6:], self.clip(face), color_hair_clip)
        s_blend = torch.cat([user_s[:, :6], fine], 1)
        return f_align, s_blend, self.reduce(self.generator(s_blend, f_align)[1])
