"""How a person's head differs from the mean head."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

# The middle of the mean skull, height and depth, cm; and the distance of its front from there.
_MIDDLE, _RADIUS = (3.094, -1.800), 9.5
# Angles above the horizontal about that middle, degrees: the brows, which a moved hairline leaves where they
# are, the zone of hairlines, which moves as a whole, and the crown, which takes up the difference.
_BROWS, _ZONE, _CROWN = 4.0, (27.0, 45.0), 125.0
# Azimuths in degrees: from the front, where the forehead's hairline is, to the side, where it is no more; and
# where the temples' is.
_FRONT, _SIDE, _TEMPLE, _TEMPLE_WIDTH = 28.0, 72.0, 42.0, 24.0


@dataclass(frozen=True, slots=True)
class HeadShape:
    """Factors and offsets that carry the mean head onto this person's, 1 and 0 = the mean head.

    ``width``, ``height`` and ``depth`` scale the skull about the head frame's origin; ``jaw`` scales the
    width at the jaw, and ``crown`` that above the temples, against the width at the temples. ``forehead``
    moves the hairline up, and ``temples`` back at the temples beyond that, along the skull, cm.
    """

    width: float = 1.0
    height: float = 1.0
    depth: float = 1.0
    jaw: float = 1.0
    forehead: float = 0.0
    temples: float = 0.0
    crown: float = 1.0

    @property
    def skull(self) -> tuple[float, float, float]:
        """Factors on the mean skull's centre and radii."""
        return self.width * self.crown, self.height, self.depth

    @property
    def vector(self) -> F64:
        """(7,) the numbers in the order of the fields."""
        return np.array([getattr(self, part.name) for part in fields(self)])

    def apply(self, points: npt.ArrayLike) -> F64:
        """Mean-head points (..., 3) in cm to this person's head."""
        p = np.asarray(points, np.float64)
        if self.forehead or self.temples:
            p = self._raised(p)
        taper = 1.0 + (self.jaw - 1.0) * np.clip(-p[..., 1] / 6.0, 0.0, 1.0)
        taper *= 1.0 + (self.crown - 1.0) * np.clip((p[..., 1] - 1.0) / 4.0, 0.0, 1.0)
        return np.stack(
            [p[..., 0] * self.width * taper, p[..., 1] * self.height, p[..., 2] * self.depth], axis=-1
        )

    def _raised(self, p: F64) -> F64:
        """``p`` with the hairline moved: turned upwards and back about the skull's middle, near it only."""
        y, z = p[..., 1] - _MIDDLE[0], p[..., 2] - _MIDDLE[1]
        up = np.degrees(np.arctan2(y, z))
        near = np.interp(up, [_BROWS, *_ZONE, _CROWN], [0.0, 1.0, 1.0, 0.0])
        azimuth = np.degrees(np.arctan2(np.abs(p[..., 0]), np.maximum(z, 1e-3)))
        front = np.clip((_SIDE - azimuth) / (_SIDE - _FRONT), 0.0, 1.0)
        temple = np.clip(1.0 - np.abs(azimuth - _TEMPLE) / _TEMPLE_WIDTH, 0.0, 1.0)
        angle = (self.forehead * front + self.temples * temple) * near / _RADIUS
        cosine, sine = np.cos(angle), np.sin(angle)
        turned = p.copy()
        turned[..., 1] = _MIDDLE[0] + y * cosine + z * sine
        turned[..., 2] = _MIDDLE[1] + z * cosine - y * sine
        return turned
