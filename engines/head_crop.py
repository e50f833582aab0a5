"""The aligned head crop: a square around head and long hair, upright with the face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class HeadCrop:
    """A similarity crop of the frame around the head.

    ``rgb`` (size, size, 3) uint8: the crop's pixels, sRGB. ``to_frame`` (2, 3): affine from crop pixels to
    frame pixels; ``to_crop`` (2, 3) is its inverse.
    """

    rgb: npt.NDArray[np.uint8]
    to_frame: npt.NDArray[np.float64]
    to_crop: npt.NDArray[np.float64]
