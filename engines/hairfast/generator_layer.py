"""How the layers of the StyleGAN2 generator are numbered, and what their inputs are called."""

from __future__ import annotations

from dataclasses import dataclass

from engines.hairfast.width import FULL, Width

LAYER_COUNT = 9
LATENT_ROWS = 18


@dataclass(frozen=True, slots=True)
class GeneratorLayer:
    """Layer ``index`` (0..8) of the generator: everything it draws at 4·2^index pixels.

    Layer 0 is one styled convolution and a projection to RGB. Every other layer is an up-sampling styled
    convolution, a second one at the new size, and a projection to RGB.
    """

    index: int
    width: Width = FULL

    @property
    def pixels(self) -> int:
        """Side of the layer's square output."""
        return 4 << self.index

    @property
    def channels(self) -> int:
        """Channels of the layer's output."""
        return self.width.channels(min(512, 32768 >> (self.index + 2)))

    @property
    def channels_in(self) -> int:
        """Channels of the layer's input: the constant's for layer 0."""
        return GeneratorLayer(max(self.index - 1, 0), self.width).channels

    @property
    def rows(self) -> tuple[int, ...]:
        """Latent rows of its convolutions, then of its projection to RGB."""
        last = 2 * self.index + 1
        return (0, 1) if self.index == 0 else (last - 2, last - 1, last)

    @property
    def vectors(self) -> dict[str, int]:
        """Name and length of its style vectors, in the order synthesis takes them.

        ``s`` scales a convolution's input channels, ``d`` its output channels; ``rgb`` scales the input of
        the projection to RGB, which has no ``d``.
        """
        name, channels = f"layer{self.index}", self.channels
        lengths = {f"{name}_s1": self.channels_in, f"{name}_d1": channels}
        if self.index:
            lengths |= {f"{name}_s2": channels, f"{name}_d2": channels}
        return lengths | {f"{name}_rgb": channels}


def vector_lengths(first: int, last: int, width: Width = FULL) -> dict[str, int]:
    """Name and length of the style vectors of layers ``first..last``, in the order synthesis takes them."""
    layers = (GeneratorLayer(index, width) for index in range(first, last + 1))
    return {name: length for layer in layers for name, length in layer.vectors.items()}


def vector_names(first: int, last: int) -> tuple[str, ...]:
    """Names of the style vectors of layers ``first..last``, in the order synthesis takes them."""
    return tuple(vector_lengths(first, last))
