"""The pictures on a shell in a colour, at every size that is asked for."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.reference.atlas import Atlas

U8 = npt.NDArray[np.uint8]

_LEVELS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """``surface`` and ``picture`` as of ``atlas.Atlas``, ``zoom`` times as large."""

    surface: U8
    picture: U8
    zoom: float


class Textures:
    """Halved again and again: what is drawn smaller than it is would shimmer otherwise."""

    def __init__(self, atlas: Atlas, scale: float) -> None:
        """``scale``: px per cm of the atlas' picture."""
        self._scale = scale
        self.bare = atlas.bare
        self._levels = [Level(atlas.surface, atlas.picture, 1.0)]
        for _ in range(_LEVELS - 1):
            last = self._levels[-1]
            self._levels.append(Level(_halved(last.surface), _halved(last.picture), 0.5 * last.zoom))

    def at(self, scale: float) -> Level:
        """The smallest that shows everything at ``scale`` px per cm."""
        return next(
            (level for level in reversed(self._levels) if level.zoom * self._scale >= 0.9 * scale),
            self._levels[0],
        )


def _halved(image: U8) -> U8:
    size = ((image.shape[1] + 1) // 2, (image.shape[0] + 1) // 2)
    planes = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in cv2.split(image)]
    return np.asarray(np.dstack(planes), np.uint8)
