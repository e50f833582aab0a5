"""The user's code at a keyframe."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.graphs import coarse_features
from engines.hairfast.graphs.networks import Networks
from engines.hairfast.graphs.picture_encode import PictureEncode
from engines.hairfast.labels import FaceLabel
from engines.hairfast.masks import OneHot


class UserEncode(nn.Module):
    """As :class:`PictureEncode`, and ``face_code``.

    The finer rows of the user's W, half of e4e's work, are read by nothing.
    """

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.picture = PictureEncode(networks, coarse_features.ROWS)
        self.face_encoder = networks.get("mask_generator").face_encoder
        self.one_hot = OneHot()

    def forward(self, im_256: Tensor, mean_256: Tensor, labels: Tensor) -> tuple[Tensor, ...]:
        """(1,3,256,256), (1,3,256,256), int32 (1,256,256) to the arrays of the catalogue."""
        masks = self.one_hot(labels)
        face = torch.cat([masks[:, : FaceLabel.HAIR], masks[:, FaceLabel.HAIR + 1 :]], 1)
        return *self.picture(im_256, mean_256, labels), self.face_encoder(face)
