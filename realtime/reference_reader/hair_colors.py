"""The colours of a photo's hair in even light."""

from __future__ import annotations

import numpy as np

from engines.light import Light
from engines.palette import linear_to_lab, srgb_to_linear, to_hex
from engines.reference.reference import ReferenceColors
from realtime.reference_reader.hair_view import HairView


def read_colors(view: HairView, light: Light) -> ReferenceColors:
    """Colours of the hair of ``view`` as ``light`` would not tint it."""
    pixels = srgb_to_linear(view.cut.rgb[view.hair > 0.9] / 255.0) / np.sqrt(light.color)
    lightness, a, b = (float(v) for v in np.median(linear_to_lab(np.clip(pixels, 0.0, 1.0)), axis=0))
    return ReferenceColors(to_hex((lightness, a, b)))
