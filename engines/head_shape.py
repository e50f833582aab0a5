"""How a person's head differs from the mean head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class HeadShape:
    """Factors and offsets that carry the mean head onto this person's, 1 and 0 = the mean head.

    ``width``, ``height`` and ``depth`` scale the skull about the head frame's origin; ``jaw`` scales the
    width at the jaw against the width at the temples; ``forehead`` moves the hairline up, in cm.
    """

    width: float = 1.0
    height: float = 1.0
    depth: float = 1.0
    jaw: float = 1.0
    forehead: float = 0.0

    def apply(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Mean-head points (..., 3) in cm to this person's head."""
        p = np.asarray(points, np.float64)
        taper = 1.0 + (self.jaw - 1.0) * np.clip(-p[..., 1] / 6.0, 0.0, 1.0)
        return np.stack(
            [p[..., 0] * self.width * taper, p[..., 1] * self.height, p[..., 2] * self.depth], axis=-1
        )
