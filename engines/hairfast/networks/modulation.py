"""Latent rows changed by other latent rows: the body of the rotate, blending and post-process networks."""

from __future__ import annotations

from torch import Tensor, nn


def normalise_over_rows(rows: Tensor) -> Tensor:
    """(n, L, C) divided by the root mean square over the L rows, per channel.

    Not over the C channels: the published networks were trained with the latter's name and this axis.
    """
    return rows * (rows.square().mean(1, keepdim=True) + 1e-8).rsqrt()


class ModulationModule(nn.Module):
    """``x = fc(x)``, one layer norm over rows and channels together, ``x·(1 + γ(e)) + β(e)``, leaky ReLU."""

    def __init__(self, channels: int, embedding: int, middle: int, last: bool) -> None:
        super().__init__()
        self.last = last
        self.fc = nn.Linear(channels, channels)
        self.gamma_function = self._function(channels, embedding, middle)
        self.beta_function = self._function(channels, embedding, middle)

    @staticmethod
    def _function(channels: int, embedding: int, middle: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Linear(embedding, middle),
            nn.LayerNorm(middle),
            nn.LeakyReLU(0.01),
            nn.Linear(middle, channels),
        )

    def forward(self, rows: Tensor, embedding: Tensor) -> Tensor:
        """Rows (n, L, channels) for an embedding (n, L, embedding) of every row."""
        x = self.fc(rows)
        x = nn.functional.layer_norm(x, x.shape[1:])
        x = x * (1 + self.gamma_function(embedding)) + self.beta_function(embedding)
        return x if self.last else nn.functional.leaky_relu(x, 0.01)


class ModulationStack(nn.ModuleList):
    """Five modulation modules on the normalised rows."""

    def __init__(self, channels: int, embedding: int, middle: int) -> None:
        super().__init__(ModulationModule(channels, embedding, middle, number == 4) for number in range(5))

    def forward(self, rows: Tensor, embedding: Tensor) -> Tensor:
        """Rows (n, L, channels) for an embedding (n, L, embedding) of every row."""
        x = normalise_over_rows(rows)
        for module in self:
            x = module(x, embedding)
        return x
