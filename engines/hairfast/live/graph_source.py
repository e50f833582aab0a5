"""Where the live engine gets its networks from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engines.runtime.session import Session

LIVE_GRAPH = "render_512_live"
"""The graph that runs on every frame, where one does."""
PASS_GRAPHS = (
    *("reduce", "parse", "user_encode", "reference_encode", "rotate_labels", "target_mask", "sean_decode"),
    *("sean_features", "align_blend", "refine", "render_1024", "render_512"),
)
"""The graphs of a pass."""


class Graphs(Protocol):
    """Sessions of the graphs of ``graphs/catalogue.py``, by name; one instance for each thread."""

    def __call__(self, name: str) -> Session:
        """The graph ``name``, ready to run."""

    def close(self) -> None:
        """Close every session."""


@dataclass(frozen=True, slots=True)
class GraphSource:
    """Where graphs come from. ``backend``: what runs them; ``on_gpu``: whether on a GPU."""

    open: Callable[[], Graphs]
    backend: str
    on_gpu: bool
