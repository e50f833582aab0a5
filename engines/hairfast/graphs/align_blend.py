"""The user's features with the reference's hair shape, in the colour reference's colour."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.graphs.generator_range import GeneratorRange
from engines.hairfast.graphs.networks import Networks
from engines.hairfast.masks import Dilate, Erode, hair_mask
from engines.hairfast.networks.resampling import BicubicDownSample, MatrixResample, bicubic_matrix


class AlignFeatures(nn.Module):
    """F features joined along the hair masks.

    First the redrawn user where hair was or shall be, so that old hair goes; then the redrawn reference where
    hair shall be; last the reference itself where it already has hair there. Each border lies inside the one
    before.
    """

    def __init__(self) -> None:
        super().__init__()
        self.dilate = Dilate()
        self.erode = Erode()
        self.reduce = MatrixResample(bicubic_matrix(256, 32))

    def masks(self, user_hair: Tensor, shape_hair: Tensor, target_hair: Tensor) -> tuple[Tensor, ...]:
        """Hair masks (1,1,256,256) of 0 and 1 to those of the three steps, (1,1,32,32)."""
        changed = torch.maximum(user_hair, target_hair)
        kept = shape_hair * target_hair
        return (
            self.reduce(self.dilate(changed)),
            self.reduce(self.erode(target_hair)),
            self.reduce(self.erode(kept)),
        )

    def forward(self, user_f: Tensor, shape_f: Tensor, sean_f: Tensor, masks: tuple[Tensor, ...]) -> Tensor:
        """(1,512,32,32) twice, (2,512,32,32) and three masks (1,1,32,32) to (1,512,32,32)."""
        f = user_f
        for other, mask in zip((sean_f[:1], sean_f[1:], shape_f), masks, strict=True):
            f = f * (1 - mask) + other * mask
        return f


class AlignBlend(nn.Module):
    """Everything between the codes and the first render; inputs and outputs as the catalogue lists them."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.align = AlignFeatures()
        self.dilate = Dilate()
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
        masks = self.align.masks(user_hair, hair_mask(shape_labels), hair_mask(target_labels))
        f_align = self.align(user_f, shape_f, sean_f, masks)
        face = user_im_256 * 2 - 1
        for hair in (user_hair, hair_mask(color_labels), hair_mask(color_target_labels)):
            face = face * (1 - self.dilate(hair))
        fine = self.blending(user_s[:, 6:], color_s[:, 6:], self.clip(face), color_hair_clip)
        s_blend = torch.cat([user_s[:, :6], fine], 1)
        return f_align, s_blend, self.reduce(self.generator(s_blend, f_align)[1])
