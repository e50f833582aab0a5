"""The networks by name, and how to build one quickly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engines.hairfast.networks.blending import Blending
from engines.hairfast.networks.clip_image import ClipImageTower
from engines.hairfast.networks.e4e import E4eEncoder
from engines.hairfast.networks.face_parser import FaceParser
from engines.hairfast.networks.fs_encoder import FeatureStyleEncoder
from engines.hairfast.networks.generator import Generator
from engines.hairfast.networks.mask_generator import MaskGenerator
from engines.hairfast.networks.post_process import PostProcess
from engines.hairfast.networks.rotate import Rotate
from engines.hairfast.networks.sean_generator import SeanGenerator
from engines.hairfast.width import FULL, Width

NETWORKS: Final[Mapping[str, Callable[[Width], nn.Module]]] = MappingProxyType(
    {
        "generator": Generator,
        "face_parser": FaceParser,
        "fs_encoder": FeatureStyleEncoder,
        "e4e": E4eEncoder,
        "rotate": Rotate,
        "mask_generator": MaskGenerator,
        "sean": SeanGenerator,
        "clip": ClipImageTower,
        "blending": Blending,
        "post_process": PostProcess,
    }
)
"""Every network that has weights."""


def build_network(name: str, width: Width = FULL) -> nn.Module:
    """A network whose parameters hold nothing in particular yet; its constants are computed.

    Raises:
        KeyError: there is no such network.
    """
    with _Uninitialised():
        return NETWORKS[name](width)


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
