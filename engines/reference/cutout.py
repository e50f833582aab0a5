"""The photo of a reference, made ready: its hair's own colours, and a matte without holes and specks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.reference.foreground import hair_colors, pure_hair, without_surroundings
from engines.reference.reference import Reference
from engines.strands.body import SKULL

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

FINEST = 28.0
"""Pixels per cm beyond which a photo shows no more of hair."""

# A hole in hair of such a size, cm², is hair behind something; a speck is less than this share of all hair.
_HOLE, _SPECK = (1.0, 14.0), 0.04
# Above the skull's middle by so much, cm, a head that is not bald has hair.
_OVER_HAIRLINE = 6.5
# From the landmarks up to the hairline, and how softly hair begins there, cm.
_FOREHEAD, _HAIRLINE = 2.5, 0.2
# Mattes are hazy where background looks like hair: alpha up to the first and from the second, 0..255, is none
# and all; and strands leave dense hair, of more than the third, no further than this, cm.
_HAZE, _FULL, _DENSE, _STRAY = 30.0, 235.0, 150, 1.1


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """``rgb`` (h, w, 3) uint8 sRGB: hair's colours, also where it is thin or there is none.

    ``alpha`` (h, w) uint8. ``pure`` (h, w): hair alone is seen there. ``scale``: px per cm; ``origin`` (2,):
    the head's, px.
    """

    rgb: U8
    alpha: U8
    pure: npt.NDArray[np.bool_]
    scale: float
    origin: F64

    @property
    def to_pixels(self) -> F64:
        """(2, 3) affine from the picture, y up, cm, to pixels."""
        return np.array([[self.scale, 0.0, self.origin[0]], [0.0, -self.scale, self.origin[1]]])

    def lowest_hair(self, least: int) -> float:
        """Height of the lowest pixel with more alpha than ``least``, cm, y up."""
        rows = np.flatnonzero((self.alpha > least).any(axis=1))
        return float((self.origin[1] - (rows[-1] if len(rows) else self.origin[1])) / self.scale)

    def coarse(self, step: float) -> tuple[F32, F64, F64, F64]:
        """Alpha (m, n) 0..1 in pixels of ``step`` cm, x and y (m, n) of those, cm, y up; and the affine
        (2, 3) from there to these pixels. It reaches beyond the photo by half a head."""
        height, width = self.alpha.shape
        room = 10.0
        left, top = -self.origin[0] / self.scale - room, self.origin[1] / self.scale + room
        size = (
            int(np.ceil((width / self.scale + 2.0 * room) / step)),
            int(np.ceil((height / self.scale + 2.0 * room) / step)),
        )
        zoom = 1.0 / (self.scale * step)
        small = cv2.GaussianBlur(self.alpha, (0, 0), max(0.4 / zoom, 0.3))
        shift = np.array([[zoom, 0.0, room / step], [0.0, zoom, room / step]])
        alpha = cv2.warpAffine(small, shift, size).astype(np.float32) / np.float32(255.0)
        x, y = np.meshgrid(left + step * np.arange(size[0]), top - step * np.arange(size[1]))
        return alpha, x, y, np.array([[1.0 / step, 0.0, -left / step], [0.0, -1.0 / step, top / step]])


def cut_out(reference: Reference) -> Cutout:
    """The cut-out of ``reference``, no finer than FINEST."""
    shrink = min(1.0, FINEST / reference.pose.scale)
    rgb, alpha = reference.rgb, reference.alpha
    if shrink < 1.0:
        size = (round(rgb.shape[1] * shrink), round(rgb.shape[0] * shrink))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        alpha = np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.uint8)
    scale = reference.pose.scale * shrink
    origin = (reference.pose.translation + 0.5) * shrink - 0.5
    inside = np.rint(reference.landmarks[:468, :2] * shrink).astype(np.int32)
    # What is gone no longer counts as hair in the second look.
    crown = _crown(alpha.shape, reference, scale, origin)
    for _ in range(2):
        alpha = np.where(crown, alpha, without_surroundings(rgb, alpha, scale))
    pure = pure_hair(rgb, alpha, scale)
    whole = _softened(_without_haze(_whole(alpha, inside, scale), scale), inside, scale)
    return Cutout(hair_colors(rgb, pure, scale), whole, pure, scale, origin)


def _crown(size: tuple[int, ...], reference: Reference, scale: float, origin: F64) -> npt.NDArray[np.bool_]:
    """(h, w) where the head is, above its hairline: whatever its colours, that is no background."""
    rotation, shape = reference.pose.rotation, reference.shape
    middle = rotation @ (np.array(SKULL.center) * shape.skull)
    down, across = np.indices(size)
    x, y = (across - origin[0]) / scale, (origin[1] - down) / scale
    wide, high, _ = np.array(SKULL.radii) * shape.skull
    inside = np.hypot((x - middle[0]) / wide, (y - middle[1]) / high) < 1.04
    return np.asarray(inside & (y > middle[1] + _OVER_HAIRLINE))


def _without_haze(alpha: U8, scale: float) -> U8:
    """``alpha`` (h, w) with clean edges."""
    sharp = np.clip((alpha.astype(np.float32) - _HAZE) / (_FULL - _HAZE), 0.0, 1.0)
    away = cv2.distanceTransform((alpha <= _DENSE).astype(np.uint8), cv2.DIST_L2, 5) / np.float32(scale)
    limit = np.clip(1.25 - away / _STRAY, 0.0, 1.0)
    return np.asarray(np.rint(255.0 * np.minimum(sharp, limit)), np.uint8)


def _softened(alpha: U8, face: npt.NDArray[np.int32], scale: float) -> U8:
    """``alpha`` (h, w) with a hairline that grows out of the skin of the ``face`` (n, 2) px."""
    around = np.zeros_like(alpha)
    cv2.fillConvexPoly(around, cv2.convexHull(face), (255,))
    reach = 2 * round(_FOREHEAD * scale) + 1
    wide = cv2.dilate(around, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    share = cv2.GaussianBlur(wide, (0, 0), 0.5 * scale).astype(np.float32) / np.float32(255.0)
    soft = cv2.GaussianBlur(alpha, (0, 0), _HAIRLINE * scale).astype(np.float32)
    return np.asarray(np.rint(alpha + share * (np.minimum(soft, alpha) - alpha)), np.uint8)


def _whole(alpha: U8, face: npt.NDArray[np.int32], scale: float) -> U8:
    """``alpha`` (h, w) without specks, and without small holes that are not in the ``face`` (n, 2) px."""
    hair = (alpha > 127).astype(np.uint8)
    hull = np.zeros_like(hair)
    cv2.fillConvexPoly(hull, cv2.convexHull(face), (1,))
    count, label, stats, _ = cv2.connectedComponentsWithStats(1 - hair)
    filled = alpha.copy()
    for part in range(1, count):
        left, top, width, height, area = stats[part]
        edge = left == 0 or top == 0 or left + width == hair.shape[1] or top + height == hair.shape[0]
        if not edge and _HOLE[0] < area / scale**2 < _HOLE[1]:
            hole = label == part
            if not (hole & (hull > 0)).any():
                near = cv2.dilate(hole.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
                filled[near] = 255
    count, label, stats, _ = cv2.connectedComponentsWithStats((filled > 25).astype(np.uint8))
    if count > 2:
        area = stats[:, cv2.CC_STAT_AREA].copy()
        area[0] = 0
        specks = np.flatnonzero(area < _SPECK * area.sum())
        filled[np.isin(label, specks[specks > 0])] = 0
    return filled
