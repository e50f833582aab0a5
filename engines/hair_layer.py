"""What an engine returns for a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class HairLayer:
    """Hair to lay over the frame.

    ``rgba`` (h, w, 4) float32: premultiplied linear-light RGB, 0..1, and alpha 0..1, already occluded by the
    face. ``to_frame`` (2, 3): affine from layer pixels to frame pixels, pixel centres at integer positions;
    a pure whole-pixel translation is pasted without resampling. ``removal``: 0..1, how much of the wearer's
    own hair has to go below it and how much of a shadow it throws; 0 for a layer that brings both itself.
    """

    rgba: npt.NDArray[np.float32]
    to_frame: npt.NDArray[np.float64]
    removal: float = 1.0
