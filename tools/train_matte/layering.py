"""Laying one thing over another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]


def over(below: F32, above: F32, alpha: F32) -> F32:
    """``above`` laid over ``below``, (h, w, 3) sRGB 0..1, with ``alpha`` (h, w).

    Light adds up linearly; a square stands in for the sRGB curve (its usual approximation is a power of 2.2).
    """
    base = below * below
    return np.asarray(np.sqrt(base + alpha[..., None] * (above * above - base)), np.float32)
