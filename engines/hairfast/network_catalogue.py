"""The networks by name, and how to build one quickly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engines.hairfast.width import FULL, Width

NETWORKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "generator": "generator:Generator",
        "face_parser": "face_parser:FaceParser",
        "fs_encoder": "fs_encoder:FeatureStyleEncoder",
        "e4e": "e4e:E4eEncoder",
        "rotate": "rotate:Rotate",
        "mask_generator": "mask_generator:MaskGenerator",
        "sean": "sean_generator:SeanGenerator",
        "clip": "clip_image:ClipImageTower",
        "blending": "blending:Blending",
        "post_process": "post_process:PostProcess",
    }
)
"""Every network that has weights: module below ``networks`` and class."""


def build_network(name: str, width: Width = FULL) -> nn.Module:
    """A network whose parameters hold nothing in particular yet; its constants are computed.

    Raises:
        KeyError: there is no such network.
    """
    module, constructor = NETWORKS[name].split(":")
    made = getattr(import_module(f"engines.hairfast.networks.{module}"), constructor)
    with _Uninitialised():
        network: nn.Module = made(width)
    return network


@cache
def expected_state(name: str, width: Width = FULL) -> Mapping[str, Tensor]:
    """The state dict that a network wants, as tensors without storage (device ``meta``).

    Counters of batch normalisation are left out: inference reads none of them.
    """
    with torch.device("meta"):
        state = build_network(name, width).state_dict()
    return MappingProxyType(
        {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}
    )


class _Uninitialised(TorchFunctionMode):
    """Skips random initial values, which take seconds in large networks and are overwritten anyway."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        if getattr(func, "__module__", None) == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        if func is torch.randn:
            return torch.empty(*args, **(kwargs or {}))
        return func(*args, **(kwargs or {}))
