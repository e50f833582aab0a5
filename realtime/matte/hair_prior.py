"""Where hair, skin, clothes and background are to be expected around a head, before any colour is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.head.face_regions import OVAL
from realtime.head.head_projection import SkullProjection, head_coordinates, project_skull

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

HAIR, SKIN, CLOTHES, BACKGROUND = range(4)

# The network's word against the head's geometry: its weight, and the share it may be wrong by.
_SAY, _DOUBT = 1.2, 0.01


@dataclass(frozen=True, slots=True)
class HairPrior:
    """``weights`` (4, h, w) float32: expectation of hair, skin, clothes, background; sums to 1.

    ``crown``: pixels that are hair on anyone who has any. ``flanks``: beside the cheeks, where a hat shows
    hair. ``face``: cheeks and nose. ``forehead``: above the brows. ``throat``: below the chin. ``x``, ``y``:
    centimetres in the upright head frame.
    """

    weights: F32
    crown: Mask
    flanks: Mask
    face: Mask
    forehead: Mask
    throat: Mask
    skull: SkullProjection
    x: F32
    y: F32

    def following(self, planes: F32, trust: F32) -> HairPrior:
        """These expectations times what a network saw.

        ``planes`` (3, h, w): share of hair, skin and person; they count by ``trust`` (h, w) 0..1.
        """
        hair, skin, person = planes
        told = np.stack([hair, skin, np.clip(person - hair - skin, 0.0, 1.0), 1.0 - person])
        weights = self.weights * (told + _DOUBT) ** (_SAY * trust)
        return replace(self, weights=(weights / weights.sum(0)).astype(np.float32))


def hair_prior(face: Face, person: F32) -> HairPrior:
    """Expectations for a picture of the size of ``person`` (h, w) probability; ``face`` in its pixels."""
    height, width = person.shape
    x, y = head_coordinates(face, width, height)
    skull = project_skull(face, width, height)
    oval = _fill(face.landmarks[OVAL, :2], (height, width), 0.12 * face.pose.scale)
    chin = float(y[_pixel(face.landmarks[152], (height, width))])
    side = np.abs(x)
    outside = np.maximum(skull.radius - 1.0, 0.0) * 8.5
    scalp = _ramp(skull.scalp, -0.8, 0.6)

    halo = 0.75 * np.exp(-((outside / 6.0) ** 2)) * _ramp(y, -1.0, 3.0)
    beside = 0.55 * _ramp(side, 5.0, 7.0) * _ramp(-side, -14.0, -10.0) * _ramp(-y, -3.0, 1.0)
    hanging = 0.40 * _ramp(side, 3.5, 7.0) * _ramp(-side, -16.0, -11.0) * _ramp(-y, -2.0, 4.0)
    falling = np.where(y > chin, np.maximum(halo, beside), hanging * _ramp(y, -48.0, -18.0))
    rim = _ramp(-_fill(face.landmarks[OVAL, :2], (height, width), 0.7 * face.pose.scale), -0.97, -0.7)
    locks = 0.12 * rim * _ramp(y, -4.0, -2.0)
    fringe = oval * (0.003 + np.maximum(locks, 0.40 * _ramp(y, 1.3, 7.3)))
    hair = np.where(oval > 0.5, fringe, np.maximum(0.85 * scalp, falling)) + 0.002

    throat = 0.8 * _ramp(-side, -7.0, -4.0) * _ramp(-y, -chin - 1.0, -chin + 1.0) * _ramp(y, -24.0, -13.0)
    ears = (
        0.35 * _ramp(side, 5.5, 6.5) * _ramp(-side, -9.0, -8.0) * _ramp(y, -5.0, -3.5) * _ramp(-y, -5.0, -3.0)
    )
    skin = np.maximum.reduce([oval * (0.96 - 0.5 * _ramp(y, 4.5, 8.0)), throat, ears, 0.10 + 0.1 * scalp])
    clothes = 0.06 + 0.75 * _ramp(-y, -chin + 1.5, -chin + 8.0)

    weights = np.stack([hair, skin, clothes, np.zeros_like(hair)])
    weights *= (0.02 + 0.98 * person) / weights.sum(0)
    weights[BACKGROUND] = 1.02 - person
    weights /= weights.sum(0)
    crown = (skull.scalp > 0.3) | ((outside > 0.0) & (outside < 1.2) & (y > 3.0))
    flanks = (side > 6.8) & (side < 8.8) & (y > -3.5) & (y < 2.5) & (oval < 0.05)
    neck = (side < 3.0) & (y < chin - 1.0) & (y > chin - 8.0)
    bare = (oval > 0.95) & (y < 1.2) & (y > -2.5)
    forehead = (oval > 0.5) & (y > 4.8)
    return HairPrior(weights.astype(np.float32), crown, flanks, bare, forehead, neck, skull, x, y)


def _ramp(value: F32, low: float, high: float) -> F32:
    return np.asarray(np.clip((value - low) / (high - low), 0.0, 1.0), np.float32)


def _pixel(point: F32, shape: tuple[int, int]) -> tuple[int, int]:
    column, row = np.rint(point[:2]).astype(int)
    return int(np.clip(row, 0, shape[0] - 1)), int(np.clip(column, 0, shape[1] - 1))


def _fill(polygon: F32, shape: tuple[int, int], soft: float) -> F32:
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(polygon).astype(np.int32)], (255,))
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.5, soft)), np.float32) / 255.0
