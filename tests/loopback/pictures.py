"""What test cameras see."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.loopback.client import Draw
from tools import marker

U8 = npt.NDArray[np.uint8]


def marked_frames(width: int = 320, height: int = 240) -> Draw:
    """Soft moving stripes with the frame's number burned in (``tools.marker``)."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))

    def draw(index: int) -> U8:
        wave = (127 + 60 * np.sin((x + 3 * index) / 23) + 40 * np.cos(y / 17)).astype(np.uint8)
        picture = np.repeat(wave[..., None], 3, axis=2)
        marker.draw_rgb(picture, index)
        return picture

    return draw


def read_marker(picture: U8) -> int | None:
    """The number burned into a returned picture."""
    return marker.read(picture.mean(axis=2))
