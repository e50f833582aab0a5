"""The part of a picture about one head, upright, as the pipeline wants it, and the way back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import invert_affine
from engines.face import Face
from realtime.rect import Rect

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]

# What hair, its shadow and what replaces own hair can reach, cm from the point between the ears.
_ASIDE, _ABOVE, _BELOW = 34.0, 27.0, 52.0
# A head may lean so many degrees and hair still hangs down in the picture; beyond, the camera was turned.
_LEANING = 32.0
# Smaller heads are enlarged to so many px per cm, so that landmarks and hair have pixels to be in.
_LEAST_SCALE = 8.0
# Larger regions are worked on at so many pixels, which bounds the memory that a photo takes.
_MOST_PIXELS = 20_000_000
# Differences of one or two levels in what was turned and turned back come from the turning.
_CHANGED, _SURELY = 2.0, 6.0


@dataclass(frozen=True, slots=True)
class HeadRegion:
    """A working picture of ``size`` (width, height) about one head.

    ``to_picture`` (2, 3): affine from its pixels to the whole picture's. ``turns``: quarter turns of
    ``np.rot90`` that bring the picture upright; ``exact``: the working picture is a rectangle of that.
    """

    to_picture: F64
    size: tuple[int, int]
    turns: int
    exact: bool

    @staticmethod
    def around(face: Face) -> HeadRegion:
        """The region of ``face``; what lies beyond the picture is left out."""
        width, height = face.size
        roll = face.pose.roll
        turns = round(roll / 90.0) % 4
        rest = (roll - 90.0 * turns + 180.0) % 360.0 - 180.0
        exact = abs(rest) <= _LEANING and face.pose.scale >= _LEAST_SCALE
        angle = math.radians(90.0 * turns if abs(rest) <= _LEANING else roll)
        zoom = min(1.0, face.pose.scale / _LEAST_SCALE)
        right = np.array([math.cos(angle), math.sin(angle)])
        down = np.array([-math.sin(angle), math.cos(angle)])
        corners = np.array([[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]], float)
        away = corners - face.pose.translation
        unit = face.pose.scale
        left, right_end = _span(away @ right, -_ASIDE * unit, _ASIDE * unit)
        top, bottom = _span(away @ down, -_ABOVE * unit, _BELOW * unit)
        pixels = (right_end - left) * (bottom - top)
        if exact and pixels > _MOST_PIXELS:
            exact, zoom = False, math.sqrt(pixels / _MOST_PIXELS)
        if not exact:
            origin = face.pose.translation + left * right + top * down
            linear = zoom * np.column_stack([right, down])
            size = (int((right_end - left) / zoom) + 1, int((bottom - top) / zoom) + 1)
            return HeadRegion(np.column_stack([linear, origin]), size, turns, exact)
        linear = np.rint(np.column_stack([right, down]))
        ends = np.array([[left, top], [right_end, bottom]]) @ linear.T + face.pose.translation
        low, high = np.rint(ends.min(0)).astype(int), np.rint(ends.max(0)).astype(int)
        origin = np.where(linear.sum(axis=1) > 0, low, high)
        across, along = (high - low + 1)[:: -1 if turns % 2 else 1]
        return HeadRegion(np.column_stack([linear, origin]), (int(across), int(along)), turns, exact)

    @property
    def zoom(self) -> float:
        """Pixels of the picture for each of the working picture."""
        return math.hypot(*self.to_picture[:, 0])

    def cut(self, rgb: U8) -> U8:
        """The working picture (h, w, 3) of ``rgb`` (h, w, 3) uint8; beyond the picture its edge goes on."""
        if self.exact:
            area = self._area(rgb)
            part = rgb[area.top : area.bottom, area.left : area.right]
            return np.ascontiguousarray(np.rot90(part, self.turns))
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        return np.asarray(
            cv2.warpAffine(rgb, self.to_picture, self.size, flags=flags, borderMode=cv2.BORDER_REPLICATE),
            np.uint8,
        )

    def put_back(self, rgb: U8, before: U8, after: U8, rect: Rect) -> tuple[U8, Rect]:
        """``rgb`` with what changed within ``rect`` from ``before`` to ``after``, two working pictures; and
        the part of it that may have changed. All else is bit-identical."""
        result = rgb.copy()
        inner = np.s_[rect.top : rect.bottom, rect.left : rect.right]
        if self.exact:
            area = self._area(rgb)
            part = np.rot90(result[area.top : area.bottom, area.left : area.right], self.turns)
            part[inner] = after[inner]
            return result, self._bounds(rect, rgb)
        change = np.abs(after[inner].astype(np.int16) - before[inner]).max(axis=2).astype(np.float32)
        share = np.clip((change - _CHANGED) / (_SURELY - _CHANGED), 0.0, 1.0)
        # A pixel between changed ones that happens to be as it was belongs to them.
        share = cv2.GaussianBlur(cv2.dilate(share, np.ones((3, 3), np.uint8)), (0, 0), 1.0)
        bounds = self._bounds(rect, rgb)
        local = invert_affine(self.to_picture)
        shift = np.array([[1.0, 0.0, bounds.left], [0.0, 1.0, bounds.top]])
        size = (bounds.right - bounds.left, bounds.bottom - bounds.top)
        edited, zoom = after[inner], self.zoom
        if zoom < 0.75:
            # Averaged first: a warp that shrinks would skip pixels.
            edited = np.asarray(cv2.GaussianBlur(edited, (0, 0), 0.35 / zoom), np.uint8)
            share = cv2.GaussianBlur(share, (0, 0), 0.35 / zoom)
        to_inner = local.copy()
        to_inner[:, 2] += local[:, :2] @ shift[:, 2] - (rect.left, rect.top)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        moved = cv2.warpAffine(edited, to_inner, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        weight = cv2.warpAffine(share, to_inner, size, flags=flags)[..., None]
        target = result[bounds.top : bounds.bottom, bounds.left : bounds.right]
        target[:] = np.rint(target + weight * (moved.astype(np.float32) - target)).astype(np.uint8)
        return result, bounds

    def _area(self, rgb: U8) -> Rect:
        """The rectangle of the picture that the region is."""
        return self._bounds(Rect(0, 0, *self.size), rgb)

    def _bounds(self, rect: Rect, rgb: U8) -> Rect:
        x, y = (rect.left, rect.right - 1), (rect.top, rect.bottom - 1)
        points = np.array([[i, j, 1] for i in x for j in y], float) @ self.to_picture.T
        grow = 0.0 if self.exact else 2.0
        low = np.floor(np.rint(1e3 * (points.min(0) - grow)) / 1e3).astype(int)
        high = np.ceil(np.rint(1e3 * (points.max(0) + grow)) / 1e3).astype(int)
        whole = Rect(0, 0, rgb.shape[1], rgb.shape[0])
        return Rect(int(low[0]), int(low[1]), int(high[0]) + 1, int(high[1]) + 1).within(whole)


def _span(values: F64, low: float, high: float) -> tuple[float, float]:
    return max(low, float(values.min())), min(high, float(values.max()))
