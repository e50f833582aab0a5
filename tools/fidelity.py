"""How far a cheaper run is from the fp32 one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engines.hairfast.networks.face_parser import FaceParser
from engines.runtime.session import Array


def psnr(got: Sequence[Array], wanted: Sequence[Array]) -> float:
    """Peak signal-to-noise ratio of pictures in [-1, 1], dB; infinite where they are equal.

    What lies outside of the range is cut off first, as when a picture is shown.
    """
    pairs = zip(got, wanted, strict=True)
    error = np.mean([np.mean(np.square(np.clip(a, -1, 1) - np.clip(b, -1, 1))) for a, b in pairs])
    return float(10 * np.log10(4 / error)) if error else float("inf")


def agreement(got: Sequence[Array], wanted: Sequence[Array]) -> float:
    """Share of pixels with the same label, 0..1."""
    return float(np.mean([np.mean(a == b) for a, b in zip(got, wanted, strict=True)]))


def relative_error(got: Sequence[Array], wanted: Sequence[Array]) -> float:
    """Largest difference as a share of the largest magnitude; for label maps the share that differs."""
    if wanted[0].dtype.kind in "iu":
        return 1 - agreement(got, wanted)
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(got, wanted, strict=True))


class PerceptualDistance:
    """A distance between pictures on deep features, in the style of LPIPS (Zhang et al., "The Unreasonable
    Effectiveness of Deep Features as a Perceptual Metric", CVPR 2018, eq. 1 with all weights 1).

    The features are those of the face parser's ResNet-18 at 1/8, 1/16 and 1/32, normalised to unit length
    over their channels; squared differences are summed over channels and averaged over pixels and levels. 0
    is equal, 2 the largest. Values compare with each other for the same weights only, not with published
    LPIPS; with weights that were not trained they say how much numbers differ, nothing about what people see.
    """

    def __init__(self, parser: FaceParser) -> None:
        self._features = parser.cp.resnet
        self._mean, self._deviation = parser.mean, parser.deviation

    def __call__(self, got: Sequence[Array], wanted: Sequence[Array]) -> float:
        """Mean over pairs of pictures (1,3,n,n) in [-1, 1], n a multiple of 32."""
        with torch.no_grad():
            distances = [
                [
                    (a - b).square().sum(1).mean()
                    for a, b in zip(self._levels(g), self._levels(w), strict=True)
                ]
                for g, w in zip(got, wanted, strict=True)
            ]
        return float(np.mean(distances))

    def _levels(self, picture: Array) -> list[Tensor]:
        image = torch.from_numpy(np.clip(picture, -1, 1)).float() / 2 + 0.5
        levels = self._features((image - self._mean) / self._deviation)
        return [level / (level.norm(dim=1, keepdim=True) + 1e-10) for level in levels]
