"""What is in front of the hair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realtime.rect import Rect


@dataclass(frozen=True, slots=True)
class Occluder:
    """``alpha`` (h, w) uint8: how far hands and things cover the hair, 0..255, over ``area`` of the frame.

    Nothing is in front outside ``area``, which is as large as ``alpha`` and lies within the frame.
    """

    alpha: npt.NDArray[np.uint8]
    area: Rect
