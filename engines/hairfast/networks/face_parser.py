"""Which pixel of a photo is skin, hair, hat, ..."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from engines.hairfast.labels import LABEL_COUNT, PARSER_LABELS
from engines.hairfast.networks.resampling import MatrixResample, bilinear_matrix
from engines.hairfast.networks.resnet18 import ResNet18
from engines.hairfast.width import FULL, Width

IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Mean and standard deviation of the RGB channels that the parser was trained with."""


class ConvBNReLU(nn.Module):
    """Convolution that keeps the size, batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, 1, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.relu(self.bn(self.conv(x)))


def _global_mean(x: Tensor) -> Tensor:
    return x.mean((2, 3), keepdim=True)


class AttentionRefinement(nn.Module):
    """Attention refinement module (BiSeNet, fig. 2b)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = ConvBNReLU(inputs, outputs, 3)
        self.conv_atten = nn.Conv2d(outputs, outputs, 1, bias=False)
        self.bn_atten = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        feature: Tensor = self.conv(x)
        return feature * torch.sigmoid(self.bn_atten(self.conv_atten(_global_mean(feature))))


class ContextPath(nn.Module):
    """ResNet-18 whose coarse features are refined and brought back to 1/8 of the size."""

    def __init__(self, width: Width) -> None:
        super().__init__()
        c128, c256, c512 = (width.channels(full) for full in (128, 256, 512))
        self.resnet = ResNet18(width)
        self.arm16 = AttentionRefinement(c256, c128)
        self.arm32 = AttentionRefinement(c512, c128)
        self.conv_head32 = ConvBNReLU(c128, c128, 3)
        self.conv_head16 = ConvBNReLU(c128, c128, 3)
        self.conv_avg = ConvBNReLU(c512, c128, 1)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """``[B,3,H,W]`` to the spatial and the context features, both ``[B,128,H/8,W/8]``."""
        eighth, sixteenth, thirtysecond = self.resnet(image)
        context = self.arm32(thirtysecond) + self.conv_avg(_global_mean(thirtysecond))
        context = self.conv_head32(nn.functional.interpolate(context, scale_factor=2.0))
        context = self.arm16(sixteenth) + context
        return eighth, self.conv_head16(nn.functional.interpolate(context, scale_factor=2.0))


class FeatureFusion(nn.Module):
    """Feature fusion module (BiSeNet, fig. 2c)."""

    def __init__(self, channels: int, bottleneck: int) -> None:
        super().__init__()
        self.convblk = ConvBNReLU(channels, channels, 1)
        self.conv1 = nn.Conv2d(channels, bottleneck, 1, bias=False)
        self.conv2 = nn.Conv2d(bottleneck, channels, 1, bias=False)

    def forward(self, spatial: Tensor, context: Tensor) -> Tensor:
        x: Tensor = self.convblk(torch.cat((spatial, context), 1))
        return x + x * torch.sigmoid(self.conv2(nn.functional.relu(self.conv1(_global_mean(x)))))


class SegmentationHead(nn.Module):
    """A score for every label."""

    def __init__(self, inputs: int, middle: int, labels: int) -> None:
        super().__init__()
        self.conv = ConvBNReLU(inputs, middle, 3)
        self.conv_out = nn.Conv2d(middle, labels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.conv_out(self.conv(x))
        return scores


class FaceParser(nn.Module):
    """BiSeNet (Yu et al. 2018) trained on CelebAMask-HQ, without the heads that only training needs."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, width: Width = FULL) -> None:
        super().__init__()
        c128, c256 = width.channels(128), width.channels(256)
        self.cp = ContextPath(width)
        self.ffm = FeatureFusion(2 * c128, width.channels(64))
        self.conv_out = SegmentationHead(2 * c128, c256, LABEL_COUNT)
        imagenet = torch.tensor(((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)), device="cpu").view(
            2, 1, 3, 1, 1
        )
        self.register_buffer("mean", imagenet[0], persistent=False)
        self.register_buffer("deviation", imagenet[1], persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        """RGB ``[B,3,H,W]`` in [0,1], sides a multiple of 32, to label scores ``[B,19,H/8,W/8]``.

        Channels mean :data:`engines.hairfast.labels.PARSER_LABELS`. Scores of every pixel are between these:
        ``MatrixResample(bilinear_matrix(H // 8, H))``.
        """
        spatial, context = self.cp((image - self.mean) / self.deviation)
        scores: Tensor = self.conv_out(self.ffm(spatial, context))
        return scores


class LabelMap(nn.Module):
    """The parser's scores as a label map: every ``stride``-th pixel of a picture of ``size`` pixels.

    Only the pixels that are kept are calculated.
    """

    table: Tensor

    def __init__(self, size: int, stride: int) -> None:
        super().__init__()
        self.upsample = MatrixResample(bilinear_matrix(size // 8, size, stride))
        self.register_buffer("table", torch.from_numpy(np.array(PARSER_LABELS)), persistent=False)

    def forward(self, scores: Tensor) -> Tensor:
        """``[B,19,size/8,size/8]`` to int64 ``[B,1,size/stride,size/stride]`` of :class:`FaceLabel`."""
        return self.table[self.upsample(scores).argmax(1, keepdim=True)]
