"""From latent rows to the vectors that scale the generator's channels."""

from __future__ import annotations

from math import sqrt

from torch import Tensor, nn

from engines.hairfast.networks.generator import Generator
from engines.hairfast.networks.styled_convolution import ModulatedConvolution


class ConvolutionVectors(nn.Module):
    """The vectors of one modulated convolution: ``s`` and, if it is demodulated, ``d``."""

    def __init__(self, source: ModulatedConvolution, demodulate: bool, normalise: bool) -> None:
        super().__init__()
        self.gain = source.gain
        self.demodulate = demodulate
        self.normalise = normalise
        affine = source.modulation
        gain = self.gain * affine.weight.shape[1] ** -0.5
        self.affine = nn.Linear(affine.weight.shape[1], affine.weight.shape[0], device="meta")
        self.affine.weight = nn.Parameter(affine.weight.detach() * gain, requires_grad=False)
        self.affine.bias = nn.Parameter(affine.bias.detach() * self.gain, requires_grad=False)
        energy = source.weight.detach()[0].square().sum((2, 3)).T.contiguous()
        self.register_buffer("energy", energy if demodulate else None)

    def forward(self, row: Tensor) -> tuple[Tensor, ...]:
        """``(s,)`` or ``(s, d)`` of latent rows (n, 512)."""
        scale = self.affine(row)
        if not self.demodulate:
            return (scale,)
        demodulation = (scale.square() @ self.get_buffer("energy") + 1e-8).rsqrt() * sqrt(2.0)
        if self.normalise:
            peak = scale.abs().amax(1, keepdim=True) / self.gain
            return scale / peak, demodulation * peak
        return scale, demodulation


class StyleVectors(nn.Module):
    """Latent (n, 18, 512) -> the vectors of ``vector_names(first, last)``, each (n, channels).

    A modulated convolution is ``conv(x·s, W)·d`` with the plain weight W: ``s`` holds the style and the gain
    1/sqrt(fan-in), ``d = rsqrt(s² ΣW² + 1e-8)`` the demodulation (Karras et al., "Analyzing and Improving
    the Image Quality of StyleGAN", 2020, eq. 1-3, with the weights' scaling moved to the activations). ``d``
    also holds the activation's factor sqrt(2). Only the latent rows of these layers are read.

    With ``normalise`` every ``s`` of a demodulated convolution is divided by the style's largest magnitude
    and ``d`` multiplied by it. That changes nothing but the range in between: meant for float16.
    """

    def __init__(self, generator: Generator, first: int, last: int, normalise: bool = False) -> None:
        super().__init__()
        self.rows: list[int] = []
        self.convolutions = nn.ModuleList()
        for index in range(first, last + 1):
            self.rows += generator.layer(index).rows
            for styled in generator.styled(index):
                self.convolutions.append(ConvolutionVectors(styled.conv, True, normalise))
            self.convolutions.append(ConvolutionVectors(generator.to_rgb(index).conv, False, normalise))

    def forward(self, latent: Tensor) -> tuple[Tensor, ...]:
        """Style vectors of latents (n, 18, 512)."""
        vectors: list[Tensor] = []
        for row, convolution in zip(self.rows, self.convolutions, strict=True):
            vectors += convolution(latent[:, row])
        return tuple(vectors)
