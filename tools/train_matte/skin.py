"""The colours of people."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.palette import lab_to_linear

F32 = npt.NDArray[np.float32]


def random_skin(rng: np.random.Generator) -> F32:
    """(3,) float32 linear RGB: a skin tone of any kind, fair to deep.

    Lightness, hue and chroma as the individual typology angle orders them (Chardon, Cretois and Hourseau,
    Int. J. Cosmetic Science 13, 1991): chroma is highest in the middle, hue turns to yellow from pink.
    """
    lightness = rng.uniform(24.0, 78.0)
    hue = np.radians(rng.normal(54.0, 7.0))
    chroma = 12.0 + 14.0 * np.sin(np.pi * np.clip((lightness - 15.0) / 75.0, 0.0, 1.0)) + rng.normal(0.0, 2.5)
    return lab_to_linear([lightness, chroma * np.cos(hue), chroma * np.sin(hue)]).astype(np.float32)
