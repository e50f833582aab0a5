"""What the network is trained to make small."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

_CHANNELS = (1.0, 0.35, 0.35)


def matte_loss(logits: Tensor, values: Tensor, weights: Tensor) -> Tensor:
    """Of ``logits`` (n, 3, h, w) against ``values`` 0..1, where ``weights`` (0 and more) count.

    Binary cross-entropy, with half the absolute error and half the soft Dice loss (Milletari, Navab and
    Ahmadi, 3DV 2016) of the hair.
    """
    total = weights.sum((0, 2, 3), keepdim=True).clamp_min(1.0)
    channels = torch.tensor(_CHANNELS, device=logits.device).view(1, 3, 1, 1)
    entropy = functional.binary_cross_entropy_with_logits(
        logits, values, weights * (channels / total), reduction="sum"
    )
    hair, target, counts = logits[:, 0].sigmoid(), values[:, 0], weights[:, 0]
    absolute = ((hair - target).abs() * counts).sum() / total[0, 0, 0, 0]
    both = (hair * target * counts).sum((1, 2))
    either = ((hair + target) * counts).sum((1, 2))
    dice = (1.0 - (2.0 * both + 100.0) / (either + 100.0)).mean()
    return entropy + 0.5 * absolute + 0.5 * dice
