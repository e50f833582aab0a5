"""One of several styles on the same face."""

from __future__ import annotations

import math
from dataclasses import dataclass

from realtime.pipeline import FramePipeline
from realtime.rect import Rect


@dataclass(slots=True)
class Tile:
    """Where it is in the picture, and what draws it.

    ``pipeline``: sees ``view`` of the camera's picture since ``begun`` (seconds of the stream); ``drawn``:
    whether it has shown hair. Until then, or ``hold``, the tile keeps its last picture.
    """

    place: Rect
    pipeline: FramePipeline | None = None
    view: Rect | None = None
    begun: float = -math.inf
    hold: float = -math.inf
    drawn: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        return self.place.right - self.place.left, self.place.bottom - self.place.top


def tile_places(size: tuple[int, int], count: int) -> tuple[Rect, ...]:
    """The places of ``count`` tiles in a frame of ``size`` (width, height): two beside each other, more in
    two rows, with a line between them, in reading order. All have the same size."""
    gap = max(2, size[0] // 160)
    rows = 1 if count == 2 else 2
    width, height = (size[0] - gap) // 2, (size[1] - gap * (rows - 1)) // rows
    return tuple(
        Rect(left, top, left + width, top + height)
        for top in ((0,) if rows == 1 else (0, size[1] - height))
        for left in (0, size[0] - width)
    )
