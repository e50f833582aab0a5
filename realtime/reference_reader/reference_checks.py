"""Whether a photo is fit to take hair from."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.light import Light
from realtime.head.head_projection import head_coordinates
from realtime.reference_reader.errors import (
    ReferenceCroppedError,
    ReferenceHatError,
    ReferenceProfileError,
    ReferenceShortError,
    ReferenceSmallError,
    ReferenceTornError,
)
from realtime.reference_reader.hair_view import HairView

# Degrees that a head may be turned to a side, and up or down; px that its face has at least.
_YAW, _PITCH, _HEIGHT = 35.0, 25.0, 96.0
# Standard deviation of the blur that still shows locks, cm.
_BLUR = 0.22
# A larger share of the scalp under cloth is a hat; less hair than this, square cm, is none.
_COVERED, _LEAST = 0.45, 60.0
# The photo may end within so many cm of the hair's width above the brows, and take so many square cm beside
# the head. It ends where so little of it is left above, and beside, cm.
_ABOVE, _BESIDE = 5.0, 20.0
_CLOSE, _NEAR = 0.1, 0.5
# Levels of brows, shoulders and crown, and distances of the skull's sides and the ears, cm.
_BROWS, _SHOULDERS, _TOP, _WIDE, _EARS = 4.0, -14.0, 14.0, 9.0, 5.0
# Hair and face fill at least this share of their convex hull, from so high up, cm; buns and pigtails do.
_SOLID, _JAW = 0.88, -4.0
# Hair that is cut on both sides reaches at least so much farther, cm.
_BEYOND = 2.0


def check_face(face: Face) -> None:
    """Refuse a ``face`` (upright) that shows too little of its hair.

    Raises:
        ReferenceProfileError, ReferenceSmallError: with what would work.
    """
    if abs(face.pose.yaw) > _YAW or abs(face.pose.pitch) > _PITCH:
        raise ReferenceProfileError
    height = float(np.ptp(face.landmarks[:, 1]))
    if height < _HEIGHT:
        raise ReferenceSmallError.of_height(height, _HEIGHT)


def check_hair(view: HairView, light: Light) -> None:
    """Refuse a photo by its hair; ``light`` as read from the same picture.

    Raises:
        ReferenceHatError, ReferenceShortError, ReferenceSmallError, ReferenceCroppedError,
            ReferenceTornError: with what would work.
    """
    scale = view.cut.face.pose.scale
    if view.covered > _COVERED:
        raise ReferenceHatError
    if float(view.hair.sum()) / scale**2 < _LEAST:
        raise ReferenceShortError
    if light.blur / scale > _BLUR:
        raise ReferenceSmallError.blurred()
    above, beside = cut_off(view)
    if above > _ABOVE or beside > _BESIDE:
        raise ReferenceCroppedError
    if solidity(view) < _SOLID:
        raise ReferenceTornError


def solidity(view: HairView) -> float:
    """Share of their convex hull, 0..1, that hair and face fill above the jaw.

    Flowers before the hair, or a background like it, tear gaps into what is found of it.
    """
    height, width = view.hair.shape
    points = view.cut.face.landmarks[:, :2].astype(np.int32)
    whole = (view.hair > 0.5).astype(np.uint8)
    cv2.fillConvexPoly(whole, cv2.convexHull(points), (1,))
    whole[head_coordinates(view.cut.face, width, height)[1] < _JAW] = 0
    outlines, _ = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(outlines, key=cv2.contourArea)
    return float(cv2.contourArea(largest) / max(cv2.contourArea(cv2.convexHull(largest)), 1.0))


def cut_off(view: HairView) -> tuple[float, float]:
    """How much of the hair the photo's edge takes: cm across above the brows, and square cm of the rest."""
    pose = view.cut.face.pose
    height, width = view.hair.shape
    hair = view.hair > 0.5
    x, y = head_coordinates(view.cut.face, width, height)
    edge = hair & _border(view.cut.photo, round(_CLOSE * pose.scale) + 2)
    above = (edge & (y > _BROWS) & (np.abs(x) < _WIDE)).any(axis=0).sum()
    edge = hair & _border(view.cut.photo, round(_NEAR * pose.scale) + 2)
    beside = (y[:, 0] > _SHOULDERS) & (y[:, 0] < _TOP)
    reach, cut = [], []
    for side in (-x, x):
        reach.append(np.where(hair, side, 0.0).max(axis=1))
        cut.append((edge & (side > _EARS)).any(axis=1) & beside)
    lost = 0.0
    for mine, other in ((0, 1), (1, 0)):
        # Hair is about as wide on both sides, and what is cut on both sides goes on for a while.
        wide = np.where(cut[other], np.maximum(reach[mine], reach[other]) + _BEYOND, reach[other])
        lost += float(np.maximum(wide - reach[mine], 0.0)[cut[mine]].sum())
    return float(above / pose.scale), lost / pose.scale


def _border(photo: npt.NDArray[np.bool_], margin: int) -> npt.NDArray[np.bool_]:
    """What of ``photo`` (h, w) is within ``margin`` px of its edge."""
    padded = np.pad(photo.astype(np.uint8), margin)
    inner = cv2.erode(padded, np.ones((2 * margin + 1,) * 2, np.uint8))
    return np.asarray(inner[margin:-margin, margin:-margin] == 0)
