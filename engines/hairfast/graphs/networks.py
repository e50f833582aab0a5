"""Where graphs take their networks from."""

from __future__ import annotations

from typing import Any, Protocol

from engines.hairfast.width import Width


class Networks(Protocol):
    """Loaded networks by name, all of one width, in evaluation mode and without gradients."""

    @property
    def width(self) -> Width:
        """The width of every network."""

    def get(self, name: str) -> Any:
        """The network of that name; it may be loaded now. Its module type depends on the name.

        Raises:
            WeightsError: the weights are missing or are not those of this network.
        """
