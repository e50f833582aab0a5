"""The drawn style nearest to the hair of a photo."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from realtime.reference_reader.hair_outline import HairOutline
from realtime.reference_reader.hair_view import HairView

OUTLINES = Path(__file__).parent / "data" / "style_outlines.npz"
"""Written by ``python -m tools.style_outlines``: what :class:`HairOutline` sees of every drawn style."""


def nearest_style(view: HairView) -> str:
    """The id of the gallery's style that is most like the hair of ``view``."""
    seen = HairOutline.of(view.cut.rgb, view.hair, view.cut.face)
    styles = style_outlines()
    return max(styles, key=lambda style: styles[style].likeness(seen))


@cache
def style_outlines() -> dict[str, HairOutline]:
    """The drawn styles on the mean head, from the front."""
    with np.load(OUTLINES, allow_pickle=False) as file:
        masks = file["masks"].astype(np.float32) / np.float32(255.0)
        return {
            str(style): HairOutline(mask, float(order))
            for style, mask, order in zip(file["ids"], masks, file["order"], strict=True)
        }
