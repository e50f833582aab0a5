"""The residual encoder that the feature-style encoder and the post-process share."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.networks.resampling import MatrixResample, average_matrix
from engines.hairfast.width import FULL, Width

PICTURE_SIZE = 256
STYLE_ROWS = 18


class IBasicBlock(nn.Module):
    """Residual block of ArcFace's improved ResNet (Deng et al. 2019, section 3.2.2).

    Where channels or size change, a 1x1 convolution takes the place of the identity.
    """

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.prelu = nn.PReLU(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        """``[B,inputs,H,W]`` to ``[B,outputs,H/stride,W/stride]``."""
        residual: Tensor = self.bn3(self.conv2(self.prelu(self.bn2(self.conv1(self.bn1(x))))))
        identity: Tensor = self.downsample(x)
        return residual + identity


def content_layer(inputs: int, stride: int, width: Width = FULL) -> nn.Sequential:
    """Two 3x3 convolutions from ``inputs`` channels to the generator's 512, the second with ``stride``."""
    outputs = width.channels(512)
    return nn.Sequential(
        nn.BatchNorm2d(inputs),
        nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.PReLU(outputs),
        nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outputs),
    )


class IResNetEncoder(nn.Module):
    """ResNet-50 of :class:`IBasicBlock` that reads a style code and a content feature from one picture.

    ``content`` takes the output of stage ``content_after`` (1..4). Every style row is a linear function of
    all four stages, each averaged to 3x3.
    """

    def __init__(self, content: nn.Module, content_after: int, width: Width = FULL) -> None:
        super().__init__()
        stem = width.channels(64)
        self.conv = nn.Sequential(
            nn.Conv2d(3, stem, 3, 1, 1, bias=False), nn.BatchNorm2d(stem), nn.PReLU(stem)
        )
        stages = [width.channels(full) for full in (64, 128, 256, 512)]
        self.block_1 = self._stage(stem, stages[0], 3)
        self.block_2 = self._stage(stages[0], stages[1], 4)
        self.block_3 = self._stage(stages[1], stages[2], 14)
        self.block_4 = self._stage(stages[2], stages[3], 3)
        self.content_layer = content
        self.content_after = content_after
        self.pools = nn.ModuleList(
            MatrixResample(average_matrix(PICTURE_SIZE >> stage, 3)) for stage in (1, 2, 3, 4)
        )
        self.styles = nn.ModuleList(
            nn.Linear(9 * sum(stages), width.channels(512)) for _ in range(STYLE_ROWS)
        )

    @staticmethod
    def _stage(inputs: int, outputs: int, blocks: int) -> nn.Sequential:
        return nn.Sequential(
            IBasicBlock(inputs, outputs, 2), *(IBasicBlock(outputs, outputs) for _ in range(blocks - 1))
        )

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """RGB ``[B,3,256,256]`` in [-1,1] to styles ``[B,18,512]`` and content ``[B,512,h,w]``."""
        x = self.conv(image)
        stages = []
        for block in (self.block_1, self.block_2, self.block_3, self.block_4):
            x = block(x)
            stages.append(x)
        pooled = [pool(stage) for pool, stage in zip(self.pools, stages, strict=True)]
        described = torch.cat(pooled, 1).flatten(1)
        styles = torch.stack([head(described) for head in self.styles], 1)
        return styles, self.content_layer(stages[self.content_after - 1])
