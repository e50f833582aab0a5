"""What the stages of the parity check share: reference inputs, networks, and own results used again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.hairfast.graphs.generator_range import GeneratorRange
from engines.hairfast.network_store import NetworkStore
from tools.parity.oracle import ROLES, Oracle

Outputs = dict[str, Tensor]


def layers(generator: GeneratorRange) -> Tensor:
    """Which layers these are, as stages state it: the first and the last."""
    return torch.tensor([generator.first, generator.last])


class Bench:
    """Every stage gets the reference's own inputs, so that an error shows where it is made.

    Where the reference holds only a sample of an input, the stage before is run for it.
    """

    def __init__(self, oracle: Oracle, networks: NetworkStore) -> None:
        self.oracle = oracle
        self.networks = networks
        self._kept: dict[str, Tensor] = {}

    def network(self, name: str) -> Any:
        """The network ``name``."""
        return self.networks.get(name)

    def generator(self, first: int, last: int) -> GeneratorRange:
        """Layers ``first..last`` of the generator."""
        return GeneratorRange(self.networks, first, last)

    def stored(self, stage: str, array: str) -> Tensor:
        """An array the reference holds in full."""
        return torch.from_numpy(self.oracle.stored(stage)[array])

    def labels(self, role: str) -> Tensor:
        """An injected label map, int32 (1,256,256)."""
        return torch.from_numpy(self.oracle.stored("00_labels")[role].astype(np.int32))[None]

    def photos(self) -> Tensor:
        """The three photos, (3,3,1024,1024) in [0, 1]."""
        pictures = np.stack([self.oracle.picture(role) for role in ROLES])
        return torch.from_numpy(pictures.transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255))

    def reduced(self) -> Tensor:
        """The three photos at 256, (3,3,256,256) in about [0, 1]."""
        return self.stored("01_preprocess", "im_256")

    def once(self, name: str, compute: Callable[[], Tensor]) -> Tensor:
        """The result of ``compute``, kept under ``name``."""
        if name not in self._kept:
            self._kept[name] = compute()
        return self._kept[name]
