"""The room around a head: how bright it is, and of what colour."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.color_tables import LINEAR_OF_SRGB
from realtime.head.head_lock import moved_face
from realtime.head.head_projection import head_coordinates

F32 = npt.NDArray[np.float32]

_SIDE = 128
# The ring about the head in which the background counts as lying behind the hair, cm; and how low it goes.
_INNER, _OUTER, _LOWEST = 9.0, 21.0, -6.0
_CLIPPED = 0.98
# The power of the mean in which bright things count more than dark ones.
_MINKOWSKI = 4.0
_FEW = 12.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``behind`` (3,): mean linear RGB of what is seen around the head, the picture's where nothing is.
    ``bright``: the 97th percentile of luminance. ``tint`` (3,): colour of the light by the grey-edge family's
    simplest member, shades of grey, mean 1."""

    behind: npt.NDArray[np.float64]
    bright: float
    tint: npt.NDArray[np.float64]


def read_surroundings(rgb: npt.NDArray[np.uint8], face: Face, person: F32 | None = None) -> Surroundings:
    """The room in ``rgb`` (h, w, 3) uint8 sRGB around ``face``; ``person``: probability 0..1 over the same
    picture at any resolution.

    Shades of grey: G. D. Finlayson, E. Trezzi, "Shades of gray and colour constancy", CIC 2004.
    """
    height, width = rgb.shape[:2]
    factor = min(1.0, _SIDE / max(width, height))
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    linear = LINEAR_OF_SRGB[cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)].astype(np.float64)
    x, y = head_coordinates(moved_face(face, factor), *size)
    distance = np.hypot(x, y - 3.0)
    free = np.ones_like(x) if person is None else 1.0 - cv2.resize(person, size)
    free = np.clip(2.0 * free - 1.0, 0.0, 1.0)
    ring = free * (distance > _INNER) * (distance < _OUTER) * (y > _LOWEST)
    weight = ring if ring.sum() > _FEW else np.ones_like(ring)
    behind = np.tensordot(weight, linear, axes=2) / weight.sum()
    bright = float(np.percentile(linear @ (0.2126, 0.7152, 0.0722), 97.0))
    room = linear[(distance > _INNER) & (linear.max(axis=2) < _CLIPPED)]
    tint = np.ones(3)
    if len(room) > _FEW:
        tint = np.mean(room**_MINKOWSKI, axis=0) ** (1.0 / _MINKOWSKI)
        tint = np.maximum(tint, 1e-4) / max(float(tint.mean()), 1e-4)
    return Surroundings(behind, bright, tint)
