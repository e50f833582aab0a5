"""Whether the wearer's ears are in sight or under hair."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.head.ear import Ear, place_ear
from realtime.removal.skin_continuation import like_skin

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# Share of an ear's place that must show skin for the ear to count as seen; how fast the verdict changes.
_SEEN = 0.5
_HOLD = 0.12
_MEMORY = 0.6


class EarSight:
    """Follows both ears over keyframes.

    ``shown`` (h, w): own ears, that stay as they are. ``hidden``: what to draw for those under hair.
    """

    def __init__(self) -> None:
        self._seen = [-1.0, -1.0]
        self._open = [False, False]
        self.shown: F32 = np.zeros((0, 0), np.float32)
        self.hidden: list[Ear] = []

    def look(self, face: Face, linear: F32, hair: F32, skin: Mask) -> None:
        """Look at a keyframe: ``linear`` (h, w, 3) with ``hair`` (h, w) 0..1; ``skin`` (h, w): its face."""
        height, width = hair.shape
        self.shown = np.zeros((height, width), np.float32)
        self.hidden = []
        alike = like_skin(linear, skin, 0.35) & (hair < 0.5)
        unit = face.pose.scale
        for index, side in enumerate((-1, 1)):
            ear = place_ear(face, side, (width, height))
            if ear is None:
                continue
            place = ear.alpha > 0.5
            if not place.any():
                continue
            share = float(alike[place].mean())
            last = self._seen[index]
            self._seen[index] = share if last < 0.0 else last + _MEMORY * (share - last)
            limit = _SEEN - _HOLD if self._open[index] else _SEEN + _HOLD
            self._open[index] = self._seen[index] > limit
            if self._open[index]:
                reach = 2 * round(0.5 * unit) + 1
                around = cv2.dilate(place.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
                own = (around & alike).astype(np.uint8)
                clean = cv2.morphologyEx(own, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
                whole = cv2.morphologyEx(clean, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
                soft = cv2.GaussianBlur(whole.astype(np.float32), (0, 0), 0.15 * unit)
                self.shown = np.maximum(self.shown, np.asarray(soft, np.float32))
            else:
                self.hidden.append(ear)
