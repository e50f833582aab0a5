"""Layers of the generator from a latent instead of style vectors."""

from __future__ import annotations

from torch import Tensor, nn

from engines.hairfast.graphs.networks import Networks
from engines.hairfast.networks.style_vectors import StyleVectors
from engines.hairfast.networks.synthesis_range import SynthesisRange


class GeneratorRange(nn.Module):
    """Layers ``first..last`` of the generator, from the latent rows that style them."""

    def __init__(self, networks: Networks, first: int, last: int) -> None:
        super().__init__()
        self.first, self.last = first, last
        generator = networks.get("generator")
        self.vectors = StyleVectors(generator, first, last, normalise=True)
        self.synthesis = SynthesisRange(generator, first, last)

    def forward(self, latent: Tensor, features: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Latent (n,18,512) and, above layer 0, the features (n,C,h,w) that ``first`` reads.

        Returns:
            The features of ``last``, and the RGB that these layers add up to.
        """
        result: tuple[Tensor, Tensor] = self.synthesis(features, *self.vectors(latent))
        return result
