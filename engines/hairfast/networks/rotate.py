"""Turns the head a latent shows to the pose another latent shows."""

from __future__ import annotations

from torch import Tensor, nn

from engines.hairfast.networks.modulation import ModulationStack
from engines.hairfast.width import FULL, Width


class Rotate(nn.Module):
    """The six coarsest latent rows of one face, posed as another's."""

    def __init__(self, width: Width = FULL) -> None:
        super().__init__()
        channels = width.channels(512)
        self.modulation_module_list = ModulationStack(channels, channels, channels)

    def forward(self, rows: Tensor, pose: Tensor) -> Tensor:
        """Rows 0..5 (n, 6, 512) of e4e codes, changed to the pose of the rows 0..5 ``pose``."""
        changed: Tensor = self.modulation_module_list(rows, pose)
        return rows + 0.1 * changed
