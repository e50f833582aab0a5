"""Spectral normalisation, folded into the weight it divides."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

_PARTS = ("weight_orig", "weight_u", "weight_v")


def fold_spectral_norm(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """``X.weight_orig``, ``X.weight_u`` and ``X.weight_v`` become ``X.weight``; other keys stay.

    ``W / (uᵀ W v)`` with W as a matrix (output channels, all else): Miyato et al., "Spectral Normalization
    for Generative Adversarial Networks", 2018, with the vectors as they were stored.

    Raises:
        KeyError: one of the three is missing; its name is the argument.
    """
    folded = {key: value for key, value in state.items() if not key.endswith(_PARTS)}
    for stem in dict.fromkeys(
        key.removesuffix(part) for key in state for part in _PARTS if key.endswith(part)
    ):
        weight, left, right = (state[stem + part].float() for part in _PARTS)
        folded[f"{stem}weight"] = weight / torch.dot(left, weight.flatten(1) @ right)
    return folded
