"""The head and body that hair collides with and hides behind: four ellipsoids in the head frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """An axis-aligned ellipsoid in the head frame; ``center`` and ``radii`` in cm."""

    center: tuple[float, float, float]
    radii: tuple[float, float, float]


# Fitted by eye and by outline to shaved and short-haired heads; the mean head of engines/data/mean_face.csv.
SKULL = Ellipsoid((0.0, 3.094, -1.800), (7.72, 9.94, 8.97))
FACE = Ellipsoid((0.0, -1.731, 0.130), (7.09, 8.88, 7.33))
NECK = Ellipsoid((0.0, -13.118, -3.343), (5.40, 15.44, 5.40))
SHOULDERS = Ellipsoid((0.0, -29.523, -4.984), (22.19, 13.03, 9.17))
BODY: tuple[Ellipsoid, ...] = (SKULL, FACE, NECK, SHOULDERS)

# Azimuth about the skull (0 = front, 180 = back) in degrees, and the height of the hairline there in cm:
# forehead, temple recession (28-40), sideburn (76-82), ear cut-out (95-108), nape (180).
_HAIRLINE = np.array(
    [
        [0.0, 8.31],
        [14.0, 8.40],
        [28.0, 8.59],
        [40.0, 7.82],
        [50.0, 5.80],
        [60.0, 3.87],
        [70.0, 1.94],
        [76.0, -0.28],
        [82.0, 0.01],
        [95.0, 3.87],
        [108.0, 2.52],
        [120.0, -2.50],
        [150.0, -5.40],
        [180.0, -5.98],
    ]
)


def hairline_table() -> npt.NDArray[np.float32]:
    """(14, 2) float32: azimuth in radians, height of the hairline in cm."""
    table = _HAIRLINE.astype(np.float32)
    table[:, 0] = np.radians(table[:, 0])
    return table


def hairline_height(points: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The height in cm (head frame y) of the hairline at the azimuth of ``points`` (..., 3)."""
    p = np.asarray(points, np.float64)
    azimuth = np.degrees(np.arctan2(np.abs(p[..., 0]), p[..., 2] - SKULL.center[2]))
    return np.interp(azimuth, _HAIRLINE[:, 0], _HAIRLINE[:, 1])


def ellipsoid_array(bodies: tuple[Ellipsoid, ...] = BODY) -> npt.NDArray[np.float32]:
    """(n, 6) float32 for compiled loops: centre x, y, z, radius x, y, z."""
    return np.array([(*body.center, *body.radii) for body in bodies], np.float32)
