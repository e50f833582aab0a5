"""Networks loaded as they are asked for, within a bound on their memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping

from torch import Tensor, nn

from engines.hairfast.network_catalogue import build_network, expected_state
from engines.hairfast.width import FULL, Width

ReadState = Callable[[str], Mapping[str, Tensor]]


class NetworkStore:
    """Networks by name, each loaded at the first :meth:`get` and shared by every later one.

    When the next network would exceed the bound, those used longest ago are let go first; one that a caller
    still holds keeps its memory until the caller lets go as well. The bound is on weights (float32), not on
    what running them takes. Threads may share a store.
    """

    def __init__(self, read: ReadState, width: Width = FULL, *, memory_bytes: int = 6 << 30) -> None:
        """
        Args:
            read: a network's state dict by its name: ``WeightDirectory(...).read``, or synthetic weights.
            width: width of the networks.
            memory_bytes: the bound. All networks together take 5 GB at full width; a single one larger than
                the bound is loaded all the same, alone.
        """
        self._read = read
        self._memory_bytes = memory_bytes
        self._loaded: OrderedDict[str, nn.Module] = OrderedDict()
        self._lock = threading.Lock()
        self.width = width

    @property
    def loaded(self) -> tuple[str, ...]:
        """Names of the networks in memory, used longest ago first."""
        with self._lock:
            return tuple(self._loaded)

    def get(self, name: str) -> nn.Module:
        """The network ``name`` in evaluation mode, on the CPU, float32, without gradients.

        Raises:
            KeyError: there is no such network.
            WeightsError: its weights cannot be read.
        """
        with self._lock:
            network = self._loaded.get(name)
            if network is None:
                self._make_room(self._bytes(name))
                network = self._load(name)
                self._loaded[name] = network
            self._loaded.move_to_end(name)
            return network

    def _load(self, name: str) -> nn.Module:
        network = build_network(name, self.width)
        # Taken over, not copied: weights mapped from a file stay on disk until they are used.
        network.load_state_dict(self._read(name), strict=True, assign=True)
        return network.eval().requires_grad_(False)

    def _make_room(self, needed: int) -> None:
        while self._loaded and needed + sum(map(self._bytes, self._loaded)) > self._memory_bytes:
            self._loaded.popitem(last=False)

    def _bytes(self, name: str) -> int:
        return sum(4 * value.numel() for value in expected_state(name, self.width).values())
