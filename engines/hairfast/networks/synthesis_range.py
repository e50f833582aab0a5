"""Some layers of the generator as a network of its own, ready to export."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from torch import Tensor, nn

from engines.hairfast.generator_layer import vector_names
from engines.hairfast.networks.generator import Generator
from engines.hairfast.networks.styled_convolution import StyledConvolution
from engines.hairfast.networks.up_convolution import depthwise_fir, shared, transposed

Resample = Callable[[nn.Parameter], nn.Module]


def per_channel(vector: Tensor) -> Tensor:
    """(n, channels) so that it multiplies (n, channels, height, width)."""
    return vector[:, :, None, None]


def plain(source: nn.Parameter) -> nn.Conv2d:
    """The convolution of weight ``source`` (1, out, in, k, k) that keeps the size."""
    _, channels_out, channels_in, kernel, _ = source.shape
    convolution = nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2, bias=False, device="meta")
    convolution.weight = shared(source[0], source)
    return convolution


class StyledLayer(nn.Module):
    """One styled convolution with plain weights: ``leaky_relu(conv(x·s)·d + noise + bias, 0.2)``.

    ``d`` and the constants hold the factor sqrt(2) that follows the activation; being positive, it may come
    first.
    """

    def __init__(self, source: StyledConvolution, noise: Tensor | None, convolve: Resample) -> None:
        super().__init__()
        self.conv = convolve(source.conv.weight)
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
    noise pictures are constants of the network, without they are left out. ``up`` is the form of its
    up-sampling convolutions: see ``up_convolution``.
    """

    def __init__(
        self,
        generator: Generator,
        first: int,
        last: int,
        noise: bool = True,
        up: Resample = transposed,
    ) -> None:
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
                convolve = up if index > 0 and number == 0 else plain
                self.styled.append(StyledLayer(source, picture if noise else None, convolve))
            to_rgb = generator.to_rgb(index)
            project = plain(to_rgb.conv.weight)
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
