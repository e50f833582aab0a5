"""One style code per label from a picture."""

from __future__ import annotations

from torch import Tensor, nn

from engines.hairfast.width import Width


class SeanEncoder(nn.Module):
    """SEAN's style encoder (Zhu et al. 2020, fig. 3B). Codes of labels that are absent are zero."""

    def __init__(self, width: Width) -> None:
        super().__init__()
        sizes = [width.channels(full) for full in (32, 64, 128, 256, 512)]
        self.model = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(3, sizes[0], 3),
            *_normal(sizes[0]),
            nn.Conv2d(sizes[0], sizes[1], 3, 2, 1),
            *_normal(sizes[1]),
            nn.Conv2d(sizes[1], sizes[2], 3, 2, 1),
            *_normal(sizes[2]),
            nn.ConvTranspose2d(sizes[2], sizes[3], 3, 2, 1, 1),
            *_normal(sizes[3]),
            nn.ReflectionPad2d(1),
            nn.Conv2d(sizes[3], sizes[4], 3),
            nn.Tanh(),
        )

    def forward(self, image: Tensor, one_hot: Tensor) -> Tensor:
        """RGB ``[B,3,256,256]`` and its labels ``[B,19,256,256]`` to codes ``[B,19,D]``, means of regions.

        The pipeline gives pictures in [0,1], though SEAN was trained on [-1,1]; every published result is so.
        """
        return self.region_means(self.model(image), one_hot[:, :, ::2, ::2])

    @staticmethod
    def region_means(features: Tensor, one_hot: Tensor) -> Tensor:
        """Mean of ``features`` ``[B,D,H,W]`` where each of ``one_hot`` ``[B,L,H,W]`` is 1: ``[B,L,D]``."""
        regions = one_hot.flatten(2)
        sums = regions @ features.flatten(2).transpose(1, 2)
        return sums / regions.sum(2, keepdim=True).clamp(min=1)


def _normal(channels: int) -> tuple[nn.Module, nn.Module]:
    return nn.InstanceNorm2d(channels), nn.LeakyReLU(0.2)
