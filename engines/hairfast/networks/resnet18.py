"""The residual network below the face parser."""

from __future__ import annotations

from torch import Tensor, nn

from engines.hairfast.width import FULL, Width


class BasicBlock(nn.Module):
    """Two 3x3 convolutions with a residual (He et al. 2016, fig. 2), the first with ``stride``."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        residual = self.bn2(self.conv2(nn.functional.relu(self.bn1(self.conv1(x)))))
        return nn.functional.relu(self.downsample(x) + residual)


class ResNet18(nn.Module):
    """ResNet-18 without its classifier."""

    def __init__(self, width: Width = FULL) -> None:
        super().__init__()
        c64, c128, c256, c512 = (width.channels(full) for full in (64, 128, 256, 512))
        self.conv1 = nn.Conv2d(3, c64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(c64)
        self.layer1 = nn.Sequential(BasicBlock(c64, c64, 1), BasicBlock(c64, c64, 1))
        self.layer2 = nn.Sequential(BasicBlock(c64, c128, 2), BasicBlock(c128, c128, 1))
        self.layer3 = nn.Sequential(BasicBlock(c128, c256, 2), BasicBlock(c256, c256, 1))
        self.layer4 = nn.Sequential(BasicBlock(c256, c512, 2), BasicBlock(c512, c512, 1))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """``[B,3,H,W]`` to features of 1/8, 1/16 and 1/32 the size, 128, 256 and 512 channels."""
        x = nn.functional.max_pool2d(nn.functional.relu(self.bn1(self.conv1(image))), 3, 2, 1)
        eighth = self.layer2(self.layer1(x))
        sixteenth = self.layer3(eighth)
        return eighth, sixteenth, self.layer4(sixteenth)
