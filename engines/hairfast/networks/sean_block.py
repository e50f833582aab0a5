"""One residual block of SEAN's generator."""

from __future__ import annotations

from torch import Tensor, nn

from engines.hairfast.networks.ace import Ace, Style
from engines.hairfast.width import Width


class SeanBlock(nn.Module):
    """Residual block, each convolution after SEAN's normalisation; spectral norm is folded into weights."""

    def __init__(self, inputs: int, outputs: int, width: Width, styled: bool = True) -> None:
        super().__init__()
        middle = min(inputs, outputs)
        self.ace_0 = Ace(inputs, width, styled)
        self.conv_0 = nn.Conv2d(inputs, middle, 3, padding=1)
        self.ace_1 = Ace(middle, width, styled)
        self.conv_1 = nn.Conv2d(middle, outputs, 3, padding=1)
        self.learned_shortcut = inputs != outputs
        if self.learned_shortcut:
            self.ace_s = Ace(inputs, width, styled)
            self.conv_s = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor, one_hot: Tensor, style: Style | None) -> Tensor:
        """Features ``[B,C,H,W]`` to ``[B,C',H,W]``; the rest as :meth:`Ace.forward` takes it."""
        residual = self.conv_0(nn.functional.leaky_relu(self.ace_0(x, one_hot, style), 0.2))
        residual = self.conv_1(nn.functional.leaky_relu(self.ace_1(residual, one_hot, style), 0.2))
        shortcut = self.conv_s(self.ace_s(x, one_hot, style)) if self.learned_shortcut else x
        return shortcut + residual  # type: ignore[no-any-return]
