"""From the first render to what every later one starts from."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.graphs.networks import Networks
from engines.hairfast.networks.style_vectors import StyleVectors


class Refine(nn.Module):
    """``user_im_256``, ``blend_256`` -> ``f_final``, ``s_final``, ``vectors``."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.post_process = networks.get("post_process")
        self.vectors = StyleVectors(networks.get("generator"), 5, 8, normalise=True)

    def forward(self, user_im_256: Tensor, blend_256: Tensor) -> tuple[Tensor, ...]:
        """(1,3,256,256) twice to (1,512,64,64), (1,18,512), (1,2880)."""
        s_final, f_final = self.post_process(user_im_256 * 2 - 1, blend_256)
        return f_final, s_final, torch.cat(self.vectors(s_final), 1)
