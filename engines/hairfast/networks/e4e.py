"""A photo's code in the generator's extended latent space."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.networks.resampling import MatrixResample, bilinear_matrix
from engines.hairfast.width import FULL, Width

ROWS = 18
COARSE_ROWS = 3
MIDDLE_ROWS = 7
BLOCKS = ((64, 3), (128, 4), (256, 14), (512, 3))


class SqueezeExcitation(nn.Module):
    """Channels weighted by what the whole map holds (Hu et al. 2018), reduced 16 times in between."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeezed, 1, bias=False)
        self.fc2 = nn.Conv2d(squeezed, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean((2, 3), keepdim=True)
        return x * torch.sigmoid(self.fc2(nn.functional.relu(self.fc1(mean))))


class Subsample(nn.Module):
    """Every ``stride``-th pixel."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, :: self.stride, :: self.stride]


class ImprovedResidualSE(nn.Module):
    """ArcFace's improved residual unit with squeeze-excitation (Deng et al. 2019)."""

    def __init__(self, inputs: int, outputs: int, squeezed: int, stride: int) -> None:
        super().__init__()
        self.res_layer = nn.Sequential(
            nn.BatchNorm2d(inputs),
            nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False),
            nn.PReLU(outputs),
            nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            SqueezeExcitation(outputs, squeezed),
        )
        self.shortcut_layer: nn.Module = nn.Identity() if stride == 1 else Subsample(stride)
        if inputs != outputs:
            self.shortcut_layer = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        residual: Tensor = self.res_layer(x)
        shortcut: Tensor = self.shortcut_layer(x)
        return residual + shortcut


class EqualLinear(nn.Linear):
    """Linear layer whose weights are stored with unit variance and scaled when used (Karras et al. 2018)."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.linear(x, self.weight * self.in_features**-0.5, self.bias)


class StyleHead(nn.Module):
    """A map halved ``halvings`` times to one pixel: one row of the code."""

    def __init__(self, channels: int, halvings: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(halvings):
            layers += [nn.Conv2d(channels, channels, 3, 2, 1), nn.LeakyReLU(0.01)]
        self.convs = nn.Sequential(*layers)
        self.linear = EqualLinear(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        row: Tensor = self.linear(self.convs(x).flatten(1))
        return row


class E4eEncoder(nn.Module):
    """Encoder for editing (Tov et al. 2021) with the body of ArcFace's IR-SE-50 and a feature pyramid."""

    latent_avg: Tensor

    def __init__(self, width: Width = FULL) -> None:
        super().__init__()
        stem, style = width.channels(64), width.channels(512)
        self.input_layer = nn.Sequential(
            nn.Conv2d(3, stem, 3, 1, 1, bias=False), nn.BatchNorm2d(stem), nn.PReLU(stem)
        )
        units: list[nn.Module] = []
        inputs = stem
        for full, count in BLOCKS:
            outputs, squeezed = width.channels(full), width.channels(full // 16)
            for unit in range(count):
                units.append(ImprovedResidualSE(inputs, outputs, squeezed, 2 if unit == 0 else 1))
                inputs = outputs
        self.body = nn.Sequential(*units)
        self.latlayer1 = nn.Conv2d(width.channels(256), style, 1)
        self.latlayer2 = nn.Conv2d(width.channels(128), style, 1)
        self.enlarge_c3 = MatrixResample(bilinear_matrix(16, 32))
        self.enlarge_p2 = MatrixResample(bilinear_matrix(32, 64))
        halvings = [4] * COARSE_ROWS + [5] * (MIDDLE_ROWS - COARSE_ROWS) + [6] * (ROWS - MIDDLE_ROWS)
        self.styles = nn.ModuleList(StyleHead(style, count) for count in halvings)
        self.register_buffer("latent_avg", torch.zeros(ROWS, style))

    def forward(self, image: Tensor, rows: int = ROWS) -> Tensor:
        """RGB ``[B,3,256,256]`` in [-1,1] to the first ``rows`` rows of W ``[B,rows,512]``.

        Fewer rows cost less (7 of 18: half) and are the same numbers.
        """
        c1 = self.body[:7](self.input_layer(image))
        c2 = self.body[7:21](c1)
        c3 = self.body[21:](c2)
        p2 = self.enlarge_c3(c3) + self.latlayer1(c2)
        maps = [c3] * COARSE_ROWS + [p2] * (MIDDLE_ROWS - COARSE_ROWS)
        if rows > MIDDLE_ROWS:
            maps += [self.enlarge_p2(p2) + self.latlayer2(c1)] * (ROWS - MIDDLE_ROWS)
        base, *deltas = [head(source) for head, source in zip(self.styles[:rows], maps[:rows], strict=True)]
        return torch.stack([base] + [base + delta for delta in deltas], 1) + self.latent_avg[:rows]
