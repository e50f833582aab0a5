"""The StyleGAN2 generator (config-f, 1024 px) in the layout of the published checkpoint."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.generator_layer import LAYER_COUNT, GeneratorLayer
from engines.hairfast.networks.styled_convolution import StyledConvolution, ToRgb
from engines.hairfast.width import FULL, Width


class ConstantInput(nn.Module):
    """The picture every synthesis from layer 0 starts with."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.input = nn.Parameter(torch.randn(1, channels, 4, 4))


class Generator(nn.Module):
    """Parameters of the generator: the keys of ``g_ema`` without the mapping network and the FIR kernels.

    Run it in two steps: :class:`StyleVectors` once per latent, :class:`SynthesisRange` for a range of layers.
    Noise is the checkpoint's own pictures ``noises.noise_i``, the same for every call.
    """

    def __init__(self, width: Width = FULL) -> None:
        super().__init__()
        self.width = width
        style = width.channels(512)
        layers = [GeneratorLayer(index, width) for index in range(LAYER_COUNT)]
        self.input = ConstantInput(layers[0].channels)
        self.conv1 = StyledConvolution(style, layers[0].channels, layers[0].channels)
        self.to_rgb1 = ToRgb(style, layers[0].channels)
        self.convs = nn.ModuleList()
        self.to_rgbs = nn.ModuleList()
        self.noises = nn.Module()
        self.noises.register_buffer("noise_0", torch.randn(1, 1, 4, 4))
        for layer in layers[1:]:
            self.convs.append(StyledConvolution(style, layer.channels_in, layer.channels))
            self.convs.append(StyledConvolution(style, layer.channels, layer.channels))
            self.to_rgbs.append(ToRgb(style, layer.channels))
            for number in (2 * layer.index - 1, 2 * layer.index):
                self.noises.register_buffer(f"noise_{number}", torch.randn(1, 1, layer.pixels, layer.pixels))

    def layer(self, index: int) -> GeneratorLayer:
        """Sizes and latent rows of layer ``index``."""
        return GeneratorLayer(index, self.width)

    def styled(self, index: int) -> list[StyledConvolution]:
        """The styled convolutions of layer ``index`` in their order."""
        found = [self.conv1] if index == 0 else [self.convs[2 * index - 2], self.convs[2 * index - 1]]
        return [module for module in found if isinstance(module, StyledConvolution)]

    def noise(self, index: int) -> list[Tensor]:
        """The noise pictures of :meth:`styled`, (1, 1, pixels, pixels), before their strength."""
        numbers = [0] if index == 0 else [2 * index - 1, 2 * index]
        return [self.noises.get_buffer(f"noise_{number}") for number in numbers]

    def to_rgb(self, index: int) -> ToRgb:
        """The projection to RGB of layer ``index``."""
        found = self.to_rgb1 if index == 0 else self.to_rgbs[index - 1]
        assert isinstance(found, ToRgb)
        return found
