"""What is read from every picture, the user's or a reference's."""

from __future__ import annotations

from torch import Tensor, nn

from engines.hairfast.graphs.coarse_features import CoarseFeatures
from engines.hairfast.graphs.generator_range import GeneratorRange
from engines.hairfast.graphs.networks import Networks
from engines.hairfast.masks import FeatureMix, Morphology, OneHot, hair_mask


class PictureEncode(nn.Module):
    """``im_256``, ``mean_256``, ``labels`` -> ``w``, ``s``, ``f``, ``sean_code``, ``hair_clip``.

    Only the first ``rows`` of ``w`` are computed.
    """

    def __init__(self, networks: Networks, rows: int) -> None:
        super().__init__()
        self.rows = rows
        self.e4e = networks.get("e4e")
        self.feature_style = networks.get("fs_encoder")
        self.sean = networks.get("sean").Zencoder
        self.clip = networks.get("clip")
        self.content_layer = GeneratorRange(networks, 3, 3)
        self.coarse = CoarseFeatures(networks)
        self.mix = FeatureMix()
        self.morphology = Morphology()
        self.one_hot = OneHot()

    def forward(self, im_256: Tensor, mean_256: Tensor, labels: Tensor) -> tuple[Tensor, ...]:
        """(1,3,256,256), (1,3,256,256), int32 (1,256,256) to the arrays of the catalogue."""
        picture = im_256 * 2 - 1
        hair = hair_mask(labels)
        w = self.e4e(picture, self.rows)
        s, content = self.feature_style(mean_256)
        f = self.mix(self.content_layer(s, content)[0], self.coarse(w), hair)
        sean_code = self.sean(im_256, self.one_hot(labels))
        hair_clip = self.clip(picture * self.morphology.erode(hair))
        return w, s, f, sean_code, hair_clip
