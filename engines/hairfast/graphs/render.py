"""The per-frame graph: from features and style vectors to a picture."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.generator_layer import vector_lengths
from engines.hairfast.graphs.networks import Networks
from engines.hairfast.networks.synthesis_range import Resample, SynthesisRange
from engines.hairfast.networks.up_convolution import transposed


class Render(nn.Module):
    """``f_final``, ``vectors`` -> ``rgb``: generator layers 5..``last_layer``.

    ``up`` is the form of its up-sampling convolutions: see ``networks.up_convolution``.
    """

    def __init__(self, networks: Networks, last_layer: int, up: Resample = transposed) -> None:
        super().__init__()
        self.synthesis = SynthesisRange(networks.get("generator"), 5, last_layer, up=up)
        self.lengths = list(vector_lengths(5, last_layer, networks.width).values())

    def forward(self, f_final: Tensor, vectors: Tensor) -> tuple[Tensor, ...]:
        """(1,512,64,64), (1,2880) to (1,3,n,n) about [-1, 1]. Vectors of finer layers are not read."""
        pieces = torch.split(vectors[:, : sum(self.lengths)], self.lengths, 1)
        return (self.synthesis(f_final, *pieces)[1],)
