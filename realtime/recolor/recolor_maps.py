"""What is smooth about a person's hair in a frame, computed at a coarse resolution."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.palette import Gradient
from engines.strands.body import SKULL
from realtime.color_tables import LIGHTNESS_OF_LINEAR, LINEAR_OF_SRGB
from realtime.head.face_regions import OVAL
from realtime.head.head_projection import head_coordinates
from realtime.recolor.recolor_channels import ALONG, BASE, CHANNELS, REGION
from realtime.recolor.recolor_map_kernel import map_colors, weigh_colors

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

# Standard deviation of the hair's local mean, cm, and of that of what is around it.
_BASE, _AROUND = 0.7, 0.8
# The face is what lies within so much of its outline, against the middle.
_FACE = 0.88
# Hair that frames the face lies so far from its outline, cm, and hangs so far from its middle.
_FRAME_WIDTH, _FRAME_X = 2.0, 6.6


@dataclass(frozen=True, slots=True)
class HairMaps:
    """``channels`` (12, h, w) float32, numbered in :mod:`realtime.recolor.recolor_channels`.

    The matte is SLOPE · sRGB (0..1) + OFFSET, at least INNER and at most ALLOWED; HAIR: local mean of the
    hair's linear RGB, BASE its L*; ALONG: 0 at the roots to 1 at the tips; REGION: where the head has a
    gradient's second colour at all. For :func:`realtime.recolor.hair_statistics.measure_hair`: ``lightness``
    (h, w), L*, and ``height`` (h, w), cm in the head frame, both float32.
    """

    channels: F32
    lightness: F32
    height: F32

    @property
    def base(self) -> F32:
        """(h, w): local mean of the hair's L*."""
        return np.asarray(self.channels[BASE])


def map_hair(rgb: U8, matte: F32, face: Face, bottom: float, gradient: Gradient) -> HairMaps:
    """The maps of the hair ``matte`` (h, w) in ``rgb`` (h, w, 3) uint8 sRGB, ``face`` in the same pixels.

    ``bottom``: how far down the hair reaches, cm. Where hair covers a pixel in part, how much of it follows
    from where its colour lies between the local means of hair and of what is around it.
    """
    height, width = matte.shape
    unit = face.pose.scale
    maps = np.empty((CHANNELS, height, width), np.float32)
    lightness = np.empty((height, width), np.float32)
    hair = np.empty((height, width, 7), np.float32)
    around = np.empty((height, width, 5), np.float32)
    weigh_colors(rgb, matte, hair, around, lightness, LINEAR_OF_SRGB, LIGHTNESS_OF_LINEAR)
    hair = np.asarray(cv2.GaussianBlur(hair, (0, 0), max(_BASE * unit, 0.5)), np.float32)
    around = np.asarray(cv2.GaussianBlur(around, (0, 0), max(_AROUND * unit, 0.5)), np.float32)
    near = np.asarray(cv2.dilate(matte, np.ones((3, 3), np.uint8)), np.float32)
    map_colors(hair, around, matte, near, _face(face, height, width), LIGHTNESS_OF_LINEAR, maps)
    x, y = head_coordinates(face, width, height)
    maps[ALONG] = along_hair(x, y, bottom)
    maps[REGION] = _region(gradient, face, x, y)
    return HairMaps(maps, lightness, y)


def _face(face: Face, height: int, width: int) -> U8:
    """(h, w) uint8, 255 in the face, with a soft edge."""
    inside = np.zeros((height, width), np.uint8)
    outline = face.landmarks[OVAL, :2]
    middle = outline.mean(axis=0)
    cv2.fillPoly(inside, [np.rint(middle + _FACE * (outline - middle)).astype(np.int32)], (255,))
    return np.asarray(cv2.GaussianBlur(inside, (0, 0), max(0.3 * face.pose.scale, 0.5)), np.uint8)


def along_hair(x: F32, y: F32, bottom: float) -> F32:
    """0 at the roots to 1 at the tips, guessed from where on the head a pixel lies."""
    outward = np.hypot((x - SKULL.center[0]) / SKULL.radii[0], (y - SKULL.center[1]) / SKULL.radii[1])
    top = SKULL.center[1] + 0.6 * SKULL.radii[1]
    fallen = np.clip((top - y) / max(top - bottom, 10.0), 0.0, 1.0)
    t = np.maximum(np.clip((fallen - 0.15) / 0.75, 0.0, 1.0), 0.6 * np.clip((outward - 1.15) / 0.5, 0.0, 1.0))
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


def _region(gradient: Gradient, face: Face, x: F32, y: F32) -> F32 | float:
    """0..1: where on the head, in head coordinates, a gradient paints."""
    if gradient == "two-tone":
        middle = face.pose.rotation @ np.array([0.0, 11.0, 1.0])
        angle = np.radians(face.pose.roll)
        across = middle[0] * np.cos(angle) - middle[1] * np.sin(angle)
        return np.asarray(np.clip((x - across) / 3.0 + 0.5, 0.0, 1.0), np.float32)
    if gradient == "money-piece":
        outline = np.zeros(x.shape, np.uint8)
        cv2.fillPoly(outline, [np.rint(face.landmarks[OVAL, :2]).astype(np.int32)], (1,))
        away = cv2.distanceTransform(1 - outline, cv2.DIST_L2, 3) / face.pose.scale
        beside = np.abs(np.abs(x) - _FRAME_X) + np.clip(y + 2.0, 0.0, 20.0)
        side = np.clip((np.abs(x) - 1.0) / 1.5 + np.clip(-y, 0.0, 1.0), 0.0, 1.0)
        return np.asarray(
            np.clip((_FRAME_WIDTH - np.minimum(away, beside)) / 1.6 + 0.5, 0.0, 1.0) * side, np.float32
        )
    return 1.0
