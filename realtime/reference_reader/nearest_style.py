"""The drawn style nearest to the hair of a photo."""

from __future__ import annotations

import numpy as np

from realtime.head.head_projection import head_coordinates
from realtime.reference_reader.hair_view import HairView

# Hair that ends above these heights of the head frame, cm, is short, and medium.
_SHORT, _MEDIUM = -9.0, -16.0


def nearest_style(view: HairView) -> str:
    """The id of a gallery style."""
    height, width = view.hair.shape
    _, y = head_coordinates(view.cut.face, width, height)
    bottom = float(np.percentile(y[view.hair > 0.5], 3.0))
    return "two-block" if bottom > _SHORT else "mid-c-curl" if bottom > _MEDIUM else "long-wavy"
