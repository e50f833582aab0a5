"""The per-frame graph of video: a keyframe's hair, moved as the head has moved since."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from engines.hairfast.graphs.networks import Networks
from engines.hairfast.graphs.render import Render
from engines.hairfast.networks.resampling import Matrix, MatrixResample


def linear_matrix(source: int, target: int) -> Matrix:
    """``[target, source]``: linear, pixel centres aligned, continued beyond the outer centres.

    Continued, so that a grid that moves nothing still moves nothing after it.
    """
    position = (np.arange(target) + 0.5) * source / target - 0.5
    first = np.clip(np.floor(position).astype(int), 0, source - 2)
    matrix = np.zeros((target, source))
    rows = np.arange(target)
    matrix[rows, first] = first + 1 - position
    matrix[rows, first + 1] = position - first
    return matrix


class RenderLive(nn.Module):
    """``f_final``, ``vectors``, ``flow``, ``residual``, ``alpha`` -> ``rgba``.

    Features are moved, then layers 5..7 draw them; what layer 8 would add is the keyframe's, moved alike.
    """

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.render = Render(networks, 7)
        self.enlarge = MatrixResample(linear_matrix(64, 512))

    def forward(
        self, f_final: Tensor, vectors: Tensor, flow: Tensor, residual: Tensor, alpha: Tensor
    ) -> tuple[Tensor, ...]:
        """(1,512,64,64), (1,2880), (1,64,64,2), (1,3,512,512), (1,1,512,512) to (1,4,512,512)."""
        rgb = self.render(_moved(f_final, flow), vectors)[0]
        fine_flow = self.enlarge(flow.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        layer = _moved(torch.cat([residual, alpha], 1), fine_flow)
        return (torch.cat([((rgb + layer[:, :3] + 1) / 2).clamp(0, 1), layer[:, 3:]], 1),)


def _moved(features: Tensor, flow: Tensor) -> Tensor:
    return nn.functional.grid_sample(features, flow, padding_mode="border", align_corners=False)
