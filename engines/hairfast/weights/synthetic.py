"""Weights drawn from a seed, for any network at any width: tests and benchmarks need no checkpoint.

Pictures made with them show nothing. They keep activations of the order of one, so that speed, memory, export
and numerical error can be measured.
"""

from __future__ import annotations

import hashlib
import re
from math import prod, sqrt
from typing import Final

import torch
from torch import Tensor, nn

from engines.hairfast.network_catalogue import build_network, expected_state
from engines.hairfast.width import FULL, Width

_NORMS = (nn.BatchNorm2d, nn.LayerNorm)
_LINEAR = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)

# The end of each residual branch: small, or the sum would double from block to block.
_BRANCH_ENDS = re.compile(r".*(bn3|res_layer\.4|layer\d\.\d\.bn2|attn\.out_proj|mlp\.c_proj)\.weight")

# (standard deviation, mean) of parameters that are no ordinary layer's, by the end of their key.
_BY_KEY: Final = (
    (r".*\.noise\.weight", (0.02, 0.05)),
    (r".*modulation\.weight", (0.25, 0.0)),
    (r".*modulation\.bias", (0.1, 1.0)),
    (r"to_rgb.*conv\.weight", (0.25, 0.0)),
    (r".*conv\.weight|input\.input|noises\..*|styles\.\d+\.linear\.weight", (1.0, 0.0)),
    (r".*\.gamma", (0.2, 0.8)),
    (r"latent_avg|median_codes|.*embedding|.*\.blending_\w+", (0.3, 0.0)),
    (r".*bias|.*\.beta", (0.05, 0.0)),
)


def synthetic_state(network: str, width: Width = FULL, seed: int = 0) -> dict[str, Tensor]:
    """A state dict of ``network``: the same for the same seed, key by key, on every machine.

    Weights have a variance of one over their fan-in, scales are near one, StyleGAN's noise strengths are not
    zero, and batch normalisation has statistics of the order of one.

    Raises:
        KeyError: there is no such network.
    """
    with torch.device("meta"):
        modules = dict(build_network(network, width).named_modules())
    state = {}
    for key, wanted in expected_state(network, width).items():
        owner, _, name = key.rpartition(".")
        deviation, mean = _spread(modules[owner], key, name, wanted.shape)
        digest = hashlib.sha256(f"{seed}:{network}:{key}".encode()).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:8], "little"))
        value = torch.randn(wanted.shape, generator=generator).mul_(deviation).add_(mean)
        state[key] = value.clamp_(min=0.5) if name == "running_var" else value
    return state


def _spread(owner: nn.Module, key: str, name: str, shape: torch.Size) -> tuple[float, float]:
    """Standard deviation and mean of a tensor."""
    gain = 0.25 if _BRANCH_ENDS.fullmatch(key) else 1.0
    if isinstance(owner, _NORMS):
        means = {"weight": gain, "running_var": 1.0}
        return 0.1 * gain if name == "weight" else 0.05, means.get(name, 0.0)
    if isinstance(owner, nn.PReLU):
        return 0.05, 0.25
    if isinstance(owner, _LINEAR):
        return (gain / sqrt(_fan_in(owner, shape)), 0.0) if name == "weight" else (0.02, 0.0)
    for pattern, spread in _BY_KEY:
        if re.fullmatch(pattern, key):
            return spread
    # What is left are matrices of attention: [out, in], and CLIP's last one, [in, out].
    return 1 / sqrt(shape[0] if name == "proj" else prod(shape[1:])), 0.0


def _fan_in(owner: nn.Module, shape: torch.Size) -> float:
    if isinstance(owner, nn.ConvTranspose2d):
        return shape[0] * prod(shape[2:]) / prod(owner.stride)
    return prod(shape[1:])
