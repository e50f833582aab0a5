"""Some layers of the generator as a network of its own, ready to export."""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor, nn

from engines.hairfast.generator_layer import vector_names
from engines.hairfast.networks.generator import Generator
from engines.hairfast.networks.styled_convolution import StyledConvolution

FIR = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 4


def depthwise_fir(channels: int) -> Tensor:
    """outer([1, 3, 3, 1], [1, 3, 3, 1]) / 16 for each channel, (channels, 1, 4, 4)."""
    return torch.outer(FIR, FIR).expand(channels, 1, 4, 4).contiguous()


def shared(weight: Tensor, source: nn.Parameter) -> nn.Parameter:
    """``weight``, a view of ``source``, as a parameter that is trained where ``source`` is."""
    return nn.Parameter(weight.detach(), requires_grad=source.requires_grad)


def per_channel(vector: Tensor) -> Tensor:
    """(n, channels) so that it multiplies (n, channels, height, width)."""
    return vector[:, :, None, None]


class StyledLayer(nn.Module):
    """One styled convolution with plain weights: ``leaky_relu(conv(x·s)·d + noise + bias, 0.2)``.

    ``d`` and the constants hold the factor sqrt(2) that follows the activation; being positive, it may come
    first.
    """

    def __init__(self, source: StyledConvolution, noise: Tensor | None, up: bool) -> None:
        super().__init__()
        weight = source.conv.weight[0]
        channels_out, channels_in = weight.shape[:2]
        self.conv: nn.Module
        if up:
            stretch = nn.ConvTranspose2d(channels_in, channels_out, 3, stride=2, bias=False, device="meta")
            stretch.weight = shared(weight.transpose(0, 1), source.conv.weight)
            blur = nn.Conv2d(
                channels_out, channels_out, 4, padding=1, groups=channels_out, bias=False, device="meta"
            )
            blur.weight = nn.Parameter(depthwise_fir(channels_out), requires_grad=False)
            self.conv = nn.Sequential(stretch, blur)
        else:
            plain = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False, device="meta")
            plain.weight = shared(weight, source.conv.weight)
            self.conv = plain
        bias = source.activate.bias.detach() * sqrt(2.0)
        self.register_buffer("bias", bias[None, :, None, None])
        self.noise: Tensor | None
        self.register_buffer(
            "noise", None if noise is None else noise * source.noise.weight.detach() * sqrt(2.0)
        )

    def forward(self, features: Tensor, scale: Tensor, demodulation: Tensor) -> Tensor:
        """Features (n, C, h, w), doubled in size if up-sampling, for (n, channels in), (n, channels out)."""
        result = self.conv(features * per_channel(scale)) * per_channel(demodulation)
        if self.noise is not None:
            result = result + self.noise
        return nn.functional.leaky_relu(result + self.get_buffer("bias"), 0.2)


class SynthesisRange(nn.Module):
    """Layers ``first..last`` of the generator: plain weights, static shapes, no random numbers.

    It shares the generator's weights (copy it before changing them). With ``noise`` the generator's fixed
    noise pictures are constants of the network, without they are left out.
    """

    def __init__(self, generator: Generator, first: int, last: int, noise: bool = True) -> None:
        super().__init__()
        self.names = vector_names(first, last)
        self.start: Tensor | None
        self.register_buffer("start", generator.input.input.detach() if first == 0 else None)
        self.styled = nn.ModuleList()
        self.to_rgb = nn.ModuleList()
        self.counts: list[int] = []
        for index in range(first, last + 1):
            sources = generator.styled(index)
            self.counts.append(len(sources))
            for number, (source, picture) in enumerate(zip(sources, generator.noise(index), strict=True)):
                up = index > 0 and number == 0
                self.styled.append(StyledLayer(source, picture if noise else None, up))
            to_rgb = generator.to_rgb(index)
            project = nn.Conv2d(to_rgb.conv.weight.shape[2], 3, 1, device="meta")
            project.weight = shared(to_rgb.conv.weight[0], to_rgb.conv.weight)
            project.bias = shared(to_rgb.bias.flatten(), to_rgb.bias)
            self.to_rgb.append(project)
        self.enlarge = nn.ConvTranspose2d(3, 3, 4, stride=2, padding=1, groups=3, bias=False, device="meta")
        self.enlarge.weight = nn.Parameter(depthwise_fir(3), requires_grad=False)

    def forward(self, features: Tensor | None, *vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Features after the last layer and the RGB picture summed over the layers.

        ``features`` (n, C, h, w) is the output of the layer before the first, ``None`` from layer 0 on.
        ``vectors`` are those of ``StyleVectors``, in the order of ``names``. The picture is about -1..1; what
        layers below the first add to it is left out.
        """
        current = self.start if features is None else features
        assert current is not None, "only a range from layer 0 starts without features"
        given = iter(vectors)
        styled = iter(self.styled)
        rgb: Tensor | None = None
        for count, project in zip(self.counts, self.to_rgb, strict=True):
            for _ in range(count):
                current = next(styled)(current, next(given), next(given))
            own = project(current * per_channel(next(given)))
            rgb = own if rgb is None else own + self.enlarge(rgb)
        assert rgb is not None
        return current, rgb
