"""CLIP's image tower (ViT-B/32), formulated without attention operators so that it exports plainly."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from engines.hairfast.networks.resampling import MatrixResample, average_matrix
from engines.hairfast.width import FULL, Width

HEADS = 12
PATCHES = 49
MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)


class QuickGelu(nn.Module):
    """``x·sigmoid(1.702 x)``: what CLIP was trained with instead of the exact GELU."""

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        return x * (1.702 * x).sigmoid()


class Attention(nn.Module):
    """Multi-head self-attention as matrix products; parameters as ``nn.MultiheadAttention`` names them."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.size = channels // HEADS
        self.in_proj_weight = nn.Parameter(torch.randn(3 * channels, channels) * channels**-0.5)
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * channels))
        self.out_proj = nn.Linear(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Tokens (n, L, C)."""
        count, length, channels = x.shape
        joint = nn.functional.linear(x, self.in_proj_weight, self.in_proj_bias)
        query, key, value = joint.reshape(count, length, 3, HEADS, self.size).permute(2, 0, 3, 1, 4).unbind()
        weights = (query * self.size**-0.5 @ key.transpose(2, 3)).softmax(3)
        mixed = (weights @ value).transpose(1, 2).reshape(count, length, channels)
        result: Tensor = self.out_proj(mixed)
        return result


class ResidualAttention(nn.Module):
    """Attention and a two-layer perceptron, each on normalised tokens and added to them."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.attn = Attention(channels)
        self.ln_1 = nn.LayerNorm(channels)
        self.mlp = nn.Sequential(
            OrderedDict(
                c_fc=nn.Linear(channels, 4 * channels),
                gelu=QuickGelu(),
                c_proj=nn.Linear(4 * channels, channels),
            )
        )
        self.ln_2 = nn.LayerNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Tokens (n, L, C)."""
        x = x + self.attn(self.ln_1(x))
        perceived: Tensor = self.mlp(self.ln_2(x))
        return x + perceived


class Transformer(nn.Module):
    """Twelve residual attention blocks."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.resblocks = nn.Sequential(*(ResidualAttention(channels) for _ in range(12)))

    def forward(self, x: Tensor) -> Tensor:
        """Tokens (n, L, C)."""
        result: Tensor = self.resblocks(x)
        return result


class ClipImageTower(nn.Module):
    """An RGB picture -> its CLIP embedding, not normalised. Keys of the checkpoint without ``visual.``."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, width: Width = FULL) -> None:
        super().__init__()
        channels = width.channels(768)
        self.reduce = MatrixResample(average_matrix(256, 224))
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1), persistent=False)
        self.conv1 = nn.Conv2d(3, channels, 32, stride=32, bias=False)
        self.class_embedding = nn.Parameter(torch.randn(channels) * channels**-0.5)
        self.positional_embedding = nn.Parameter(torch.randn(PATCHES + 1, channels) * channels**-0.5)
        self.ln_pre = nn.LayerNorm(channels)
        self.transformer = Transformer(channels)
        self.ln_post = nn.LayerNorm(channels)
        self.proj = nn.Parameter(torch.randn(channels, width.channels(512)) * channels**-0.5)

    def prepare(self, image: Tensor) -> Tensor:
        """Picture (n, 3, 256, 256) in [-1, 1] -> what the tower reads, (n, 3, 224, 224)."""
        reduced: Tensor = self.reduce(image)
        return (reduced * 0.5 + 0.5 - self.mean) / self.deviation

    def forward(self, image: Tensor) -> Tensor:
        """Embedding (n, 512) of an RGB picture (n, 3, 256, 256) in [-1, 1]."""
        patches = self.conv1(self.prepare(image))
        count, channels = patches.shape[:2]
        patches = patches.reshape(count, channels, PATCHES).transpose(1, 2)
        first = self.class_embedding[None, None].repeat(count, 1, 1)
        tokens = self.ln_pre(torch.cat([first, patches], 1) + self.positional_embedding)
        embedding: Tensor = self.ln_post(self.transformer(tokens)[:, 0]) @ self.proj
        return embedding
