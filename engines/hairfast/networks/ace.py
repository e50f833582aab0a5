"""SEAN's normalisation: scale and shift from the label map and from one style code per label."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.hairfast.labels import LABEL_COUNT
from engines.hairfast.networks.spade import Spade
from engines.hairfast.width import Width

Style = tuple[Tensor, Tensor]
"""Style codes ``[B,19,D]`` and the label patches ``[H*W,19*9]`` of the map they are spread over."""


class Ace(nn.Module):
    """Semantic region-adaptive normalisation (Zhu et al. 2020, eq. 1-3), its noise off.

    The published form spreads the codes over the map and convolves that; a map that is constant per label
    needs one small matrix per picture and one product with the label patches instead.
    """

    blending_gamma: Tensor
    blending_beta: Tensor

    def __init__(self, channels: int, width: Width, styled: bool = True) -> None:
        super().__init__()
        self.param_free_norm = nn.BatchNorm2d(channels, affine=False)
        self.Spade = Spade(channels, width)
        if not styled:
            return
        code = width.channels(512)
        self.blending_gamma = nn.Parameter(torch.zeros(1))
        self.blending_beta = nn.Parameter(torch.zeros(1))
        for label in range(LABEL_COUNT):
            self.add_module(f"fc_mu{label}", nn.Linear(code, code))
        self.conv_gamma = nn.Conv2d(code, channels, 3, padding=1)
        self.conv_beta = nn.Conv2d(code, channels, 3, padding=1)

    def forward(self, x: Tensor, one_hot: Tensor, style: Style | None) -> Tensor:
        """Features ``[B,C,H,W]`` normalised for the label map ``one_hot`` ``[1,19,H,W]``.

        ``style`` is ``None`` where the block was built without.
        """
        normal = self.param_free_norm(x)
        if style is None:
            gamma, beta = self.Spade(one_hot)
            return torch.addcmul(beta, normal, gamma + 1)
        codes, patches = style
        per_label = [self.get_submodule(f"fc_mu{j}")(codes[:, j]) for j in range(LABEL_COUNT)]
        style = nn.functional.relu(torch.stack(per_label, 1)), patches
        hidden = self.Spade.mlp_shared(one_hot)
        gamma = _blend(self.Spade.mlp_gamma, hidden, self.conv_gamma, style, self.blending_gamma, 1.0)
        beta = _blend(self.Spade.mlp_beta, hidden, self.conv_beta, style, self.blending_beta, 0.0)
        return torch.addcmul(beta, normal, gamma)


def _blend(
    of_map: nn.Conv2d, hidden: Tensor, of_style: nn.Conv2d, style: Style, blending: Tensor, offset: float
) -> Tensor:
    """``(1-a) of_map(hidden) + a of_style(codes on the map) + offset``, a = sigmoid(blending): ``[B,C,H,W]``.

    Shares, biases and offset go into the weights, which are smaller than the maps.
    """
    assert of_map.bias is not None
    assert of_style.bias is not None
    share = torch.sigmoid(blending)
    bias = of_map.bias * (1 - share) + of_style.bias * share + offset
    from_map = nn.functional.conv2d(hidden, of_map.weight * (1 - share), bias, padding=1)
    codes, patches = style
    batch, labels, size = codes.shape
    taps = of_style.weight.permute(2, 3, 0, 1).reshape(-1, size)
    kernel = ((codes.flatten(0, 1) * share) @ taps.T).view(batch, 9 * labels, -1)
    from_style: Tensor = (patches @ kernel).transpose(1, 2).reshape(batch, -1, *hidden.shape[2:])
    return from_map + from_style
