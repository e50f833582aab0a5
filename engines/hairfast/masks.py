"""Label maps as masks, and features mixed under them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from engines.hairfast.labels import LABEL_COUNT, FaceLabel
from engines.hairfast.networks.resampling import MatrixResample, bicubic_matrix

MIXING = 0.95
"""Share of e4e's features inside the hair of a photo."""


def hair_mask(labels: Tensor) -> Tensor:
    """1 where ``labels`` ``[B,256,256]`` (any integer type) say hair, else 0: float32 ``[B,1,256,256]``."""
    return (labels == FaceLabel.HAIR).float().unsqueeze(1)


class OneHot(nn.Module):
    """Label maps as one channel per label."""

    order: Tensor

    def __init__(self) -> None:
        super().__init__()
        order = torch.arange(LABEL_COUNT, dtype=torch.int32, device="cpu").view(1, -1, 1, 1)
        self.register_buffer("order", order, persistent=False)

    def forward(self, labels: Tensor) -> Tensor:
        """``[B,H,W]`` (any integer type) to float32 ``[B,19,H,W]``."""
        return (labels.unsqueeze(1) == self.order).float()


class Morphology(nn.Module):
    """Masks widened or narrowed by five steps of the 3x3 cross, outside the picture nothing.

    Five crosses reach what lies within a city-block distance of 5: 61 pixels, counted by one convolution.
    """

    footprint: Tensor

    def __init__(self, steps: int = 5) -> None:
        super().__init__()
        offset = np.abs(np.arange(-steps, steps + 1))
        footprint = torch.from_numpy((offset[:, None] + offset <= steps).astype(np.float32))
        self.register_buffer("footprint", footprint[None, None], persistent=False)
        self.steps, self.area = steps, float(footprint.sum())

    def _count(self, mask: Tensor) -> Tensor:
        return nn.functional.conv2d(mask, self.footprint, padding=self.steps)

    def dilate(self, mask: Tensor) -> Tensor:
        """``[B,1,H,W]`` of 0 and 1, the same out."""
        return (self._count(mask) > 0.5).float()

    def erode(self, mask: Tensor) -> Tensor:
        """``[B,1,H,W]`` of 0 and 1, the same out; masks shrink from the picture's edge too."""
        return (self._count(mask) > self.area - 0.5).float()


class FeatureMix(nn.Module):
    """F features of a photo: feature-style ones, inside the hair nearly e4e's."""

    def __init__(self) -> None:
        super().__init__()
        self.reduce = MatrixResample(bicubic_matrix(256, 32))

    def forward(self, fse: Tensor, e4e: Tensor, hair: Tensor) -> Tensor:
        """Features ``[B,C,32,32]`` and the hair mask ``[B,1,256,256]`` to features ``[B,C,32,32]``."""
        mixed: Tensor = fse + MIXING * self.reduce(hair) * (e4e - fse)
        return mixed


class FeatureAlign(nn.Module):
    """F features of the user with the hair shape of a reference."""

    def __init__(self) -> None:
        super().__init__()
        self.morphology = Morphology()
        self.reduce = MatrixResample(bicubic_matrix(256, 32))

    def forward(
        self,
        user: Tensor,
        redrawn: Tensor,
        reference: Tensor,
        user_hair: Tensor,
        target_hair: Tensor,
        reference_hair: Tensor,
    ) -> Tensor:
        """Features ``[1,C,32,32]``.

        Args:
            user, reference: features of the two photos, ``[1,C,32,32]``.
            redrawn: features of the user and the reference redrawn in the target labels, ``[2,C,32,32]``.
            user_hair, target_hair, reference_hair: 0 or 1, ``[1,1,256,256]``.
        """
        f = user
        for source, mask in zip(
            (redrawn[:1], redrawn[1:], reference),
            self.masks(user_hair, target_hair, reference_hair),
            strict=True,
        ):
            f = f + self.reduce(mask) * (source - f)
        return f

    def masks(
        self, user_hair: Tensor, target_hair: Tensor, reference_hair: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Where the redrawn user, the redrawn reference and the reference itself are taken, in this order.

        All hair there is or will be; well inside the new hair; well inside what of it the reference shows:
        ``[1,1,256,256]`` each.
        """
        return (
            self.morphology.dilate(torch.maximum(user_hair, target_hair)),
            self.morphology.erode(target_hair),
            self.morphology.erode(reference_hair * target_hair),
        )
