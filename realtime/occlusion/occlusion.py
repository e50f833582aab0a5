"""Hands, and what they hold, before the hair: found on every frame."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine, compose_affine, resize_affine
from engines.face import Face
from engines.head_pose import HeadPose
from realtime.head.grid_memory import GridMemory
from realtime.head.head_grid import CELL, CELLS, cut_grid, grid_to_frame
from realtime.occlusion.bare_skin import ear_zone, face_zone
from realtime.occlusion.occluder import Occluder
from realtime.occlusion.skin_colors import NO_SKIN, look_up
from realtime.rect import Rect

U8 = npt.NDArray[np.uint8]

_SURE, _LIKELY, _POSSIBLE = 110, 50, 30
"""A cell shows skin where its colours are skin as surely as this, 0..255: by itself, beside cells that do,
and for the habit of what is there."""
_STRANGE, _OTHER = 14, 24
"""A cell of the face, and any cell, looks otherwise than it used to by so many levels."""
_NEW, _KNOWN = 3.0, 1.5
"""Least area of a hand, and of one that was there on the last frame, square cm."""
_TRUST = 10.0
"""Colours that were read before a hand came are kept for so long, seconds."""
_FINE = 3
"""The edge of what is in front is found at so many pixels per cell, to within a cell."""
_SMALL = np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)), np.uint8)
_BODY = np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)), np.uint8)
"""What is thinner than this (2 cm) is no hand."""


class OcclusionTracker:
    """What is in front of one session's hair, frame by frame.

    A hand has the skin's colours where this person's skin is not: outside face, ears and neck, and where in
    the last seconds neither the head nor the room showed those colours. From there it reaches over
    ears and face as far as these have changed, and what has changed beside it is held by it.
    """

    def __init__(self) -> None:
        self._memory: GridMemory | None = None
        self._appearance = -1
        self._colors = NO_SKIN
        self._learnt = -math.inf
        self._front = np.zeros((CELLS, CELLS), np.uint8)
        self._seen = np.zeros((CELLS, CELLS), np.uint8)

    @property
    def suspects(self) -> bool:
        """Whether the last frame may have shown a hand that the next one has to confirm."""
        return bool(self._seen.any())

    def at(self, rgb: U8, face: Face, colors: U8, appearance: int) -> Occluder | None:
        """What is in front of the hair in the untouched frame ``rgb`` (h, w, 3) uint8 sRGB with ``face``.

        ``colors``: the table of :func:`realtime.occlusion.skin_colors.skin_colors`. ``appearance``: number of
        the tracked appearance; with a new one, what is there belongs there.
        """
        if appearance != self._appearance or not self._front.any() or face.time - self._learnt > _TRUST:
            # Colours read with a hand before the hair may take the hand for hair.
            self._colors, self._learnt = colors, face.time
        cells = np.asarray(cv2.blur(cut_grid(rgb, face.pose), (3, 3)), np.uint8)
        likeness = look_up(self._colors, cells)
        skin = np.asarray(cv2.dilate(_mask(likeness > _POSSIBLE), _SMALL), np.uint8)
        if self._memory is None or appearance != self._appearance:
            self._appearance = appearance
            self._memory = GridMemory(cells, skin, face)
            self._front = self._seen = np.zeros_like(skin)
        memory = self._memory
        memory.move(face.pose)
        own = face_zone(face)
        ears = ear_zone(face)
        # A hand before the face misleads the landmarks: once it is known, what used to be there decides.
        free = memory.skinless() if self._front.any() else memory.skinless() & _not(own)
        loose = _mask(likeness > _LIKELY)
        sure = _opened(_mask(likeness > _SURE) & free, _BODY)
        front = sure
        if sure.any():
            strange = _mask(memory.change(cells, head_only=True) > _STRANGE)
            reach = loose & (free | ((own | ears) & strange))
            front = self._hands(_opened(reach, _SMALL), sure, ears)
        else:
            self._seen = sure
        if front.any():
            front = _held(front, memory.change(cells), loose | own)
        memory.learn(cells, skin, front, own | ears, face.time)
        self._front = front
        return _occluder(front, rgb, face.pose) if front.any() else None

    def _hands(self, reach: U8, sure: U8, ears: U8) -> U8:
        """The connected parts of ``reach`` that have enough of ``sure`` and were there on the last frame.

        They come from outside the ``ears``, and may then cover them.
        """
        # Fingers belong to their hand across the gaps between them.
        joined = cv2.morphologyEx(reach, cv2.MORPH_CLOSE, _BODY)
        count, labels = cv2.connectedComponents(joined, connectivity=8)
        area, apart = (
            np.bincount(labels[zone > 0], minlength=count) * CELL * CELL for zone in (sure, sure & _not(ears))
        )
        known = np.bincount(labels[self._front > 0], minlength=count) > 0
        keep = (apart > _NEW) | (known & (area > _KNOWN))
        keep[0] = False
        again = np.bincount(labels[self._seen > 0], minlength=count) > 0
        self._seen = _mask(keep[labels])
        return _mask((keep & again)[labels]) & reach


def _held(hands: U8, change: U8, skin: U8) -> U8:
    """``hands`` with the sleeves and things that came along with them."""
    changed = _opened(_mask(change > _OTHER) & _not(skin), _BODY)
    count, labels = cv2.connectedComponents(changed, connectivity=4)
    touched = np.bincount(labels[cv2.dilate(hands, _BODY) > 0], minlength=count) > 0
    touched[0] = False
    together = hands | _mask(touched[labels])
    return np.asarray(cv2.morphologyEx(together, cv2.MORPH_CLOSE, _BODY), np.uint8)


def _mask(where: npt.NDArray[np.bool_]) -> U8:
    return where.astype(np.uint8)


def _not(mask: U8) -> U8:
    return np.asarray(mask ^ 1, np.uint8)


def _opened(mask: U8, element: U8) -> U8:
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, element), np.uint8)


def _occluder(front: U8, rgb: U8, pose: HeadPose) -> Occluder | None:
    """The cells' mask in the frame ``rgb``, its edge laid on what is seen there."""
    x, y, w, h = cv2.boundingRect(front)
    to_frame = grid_to_frame(pose)
    ends = np.array([[a, b] for a in (x - 3.0, x + w + 2.0) for b in (y - 3.0, y + h + 2.0)])
    points = apply_affine(to_frame, ends)
    low, high = np.floor(points.min(0)).astype(int), np.ceil(points.max(0)).astype(int)
    area = Rect(int(low[0]), int(low[1]), int(high[0]), int(high[1])).within(Rect(0, 0, *rgb.shape[1::-1]))
    if area.empty:
        return None
    shrink = max(1, round(pose.scale * CELL / _FINE))
    size = (area.right - area.left, area.bottom - area.top)
    small = (-(-size[0] // shrink), -(-size[1] // shrink))
    local = to_frame.copy()
    local[:, 2] -= area[:2]
    wide = 255 * cv2.dilate(front, _SMALL)
    coarse = cv2.warpAffine(wide, compose_affine(resize_affine(size, small), local), small)
    part = rgb[area.top : area.bottom, area.left : area.right]
    guide = cv2.resize(part, small, interpolation=cv2.INTER_AREA)
    fine = cv2.ximgproc.guidedFilter(guide, coarse, _FINE, 40.0)
    alpha = cv2.resize(fine, size, interpolation=cv2.INTER_LINEAR)
    hardened = cv2.convertScaleAbs(np.maximum(alpha, 43) - 43, alpha=1.5)
    return Occluder(np.asarray(hardened, np.uint8), area)
