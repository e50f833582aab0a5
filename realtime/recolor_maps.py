"""What is smooth about a person's hair in a frame, computed at a coarse resolution."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.palette import Gradient
from engines.strands.body import SKULL
from realtime.color_tables import LIGHTNESS_OF_LINEAR, LINEAR_OF_SRGB, LINEAR_STEPS
from realtime.face_regions import OVAL
from realtime.hair_statistics import HairStatistics, measure_hair
from realtime.head_projection import head_coordinates

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

SLOPE, OFFSET, ALLOWED, INNER, HAIR, BASE, ALONG, REGION, CHANNELS = 0, 3, 4, 5, 6, 9, 10, 11, 12
"""Channels of :attr:`HairMaps.channels`; ``SLOPE`` and ``HAIR`` are three each."""

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
# Standard deviation of the hair's local mean, cm, and of that of what is around it.
_BASE, _AROUND = 0.7, 0.8
# Colours nearer to each other than this, sRGB 0..1, do not tell hair from what is behind it.
_ALIKE = 0.07
_DOUBT = 5.0
# The face is what lies within so much of its outline, against the middle.
_FACE = 0.88
# Hair that frames the face lies so far from its outline, cm, and hangs so far from its middle.
_FRAME_WIDTH, _FRAME_X = 2.0, 6.6


@dataclass(frozen=True, slots=True)
class HairMaps:
    """``channels`` (h, w, 12) float32.

    The matte is SLOPE · sRGB (0..1) + OFFSET, at least INNER and at most ALLOWED; HAIR: local mean of the
    hair's linear RGB, BASE its L*; ALONG: 0 at the roots to 1 at the tips; REGION: where the head has a
    gradient's second colour at all. ``statistics``: of the hair in it, ``None`` for too little.
    """

    channels: F32
    statistics: HairStatistics | None


def map_hair(rgb: U8, matte: F32, face: Face, bottom: float, gradient: Gradient) -> HairMaps:
    """The maps of the hair ``matte`` (h, w) in ``rgb`` (h, w, 3) uint8 sRGB, ``face`` in the same pixels.

    ``bottom``: how far down the hair reaches, cm. Where hair covers a pixel in part, how much of it follows
    from where its colour lies between the local means of hair and of what is around it.
    """
    height, width = matte.shape
    unit = face.pose.scale
    maps = np.empty((height, width, CHANNELS), np.float32)
    srgb = rgb.astype(np.float32) * np.float32(1.0 / 255.0)
    linear = LINEAR_OF_SRGB[rgb]
    sure = np.clip(4.0 * matte - 3.0, 0.0, 1.0)
    other = np.clip(1.0 - 5.0 * matte, 0.0, 1.0)
    hair = _local_mean(np.concatenate([srgb, linear], axis=2), sure + 1e-3 * matte + 1e-6, _BASE * unit)
    around = _local_mean(np.dstack([srgb, srgb * srgb]), other + 1e-6, _AROUND * unit)
    known = np.clip(8.0 * cv2.GaussianBlur(other, (0, 0), _AROUND * unit), 0.0, 1.0)
    toward = hair[..., :3] - around[..., :3]
    distance = (toward * toward).sum(axis=2)
    spread = np.maximum((around[..., 3:6] - around[..., :3] ** 2).sum(axis=2), 0.0)
    trust = known * distance / (distance + 0.5 * spread + _ALIKE * _ALIKE)
    # Colour decides only where the matte does not know.
    trust *= np.minimum(_DOUBT * matte * (1.0 - matte), 1.0)
    maps[..., SLOPE : SLOPE + 3] = toward * (trust / np.maximum(distance, 1e-4))[..., None]
    maps[..., OFFSET] = (1.0 - trust) * matte - (maps[..., SLOPE : SLOPE + 3] * around[..., :3]).sum(axis=2)
    maps[..., ALLOWED] = _allowed(matte, face)
    maps[..., INNER] = np.clip(2.0 * matte - 1.0, 0.0, 1.0)
    maps[..., HAIR : HAIR + 3] = hair[..., 3:]
    base = _lightness(hair[..., 3:])
    maps[..., BASE] = base
    x, y = head_coordinates(face, width, height)
    maps[..., ALONG] = _along(x, y, bottom)
    maps[..., REGION] = _region(gradient, face, x, y)
    return HairMaps(maps, measure_hair(_lightness(linear), base, matte, y))


def _allowed(matte: F32, face: Face) -> F32:
    """The most of a pixel that may be hair: beside the matte its colour decides, in the face the matte."""
    inside = np.zeros(matte.shape, np.uint8)
    outline = face.landmarks[OVAL, :2]
    middle = outline.mean(axis=0)
    cv2.fillPoly(inside, [np.rint(middle + _FACE * (outline - middle)).astype(np.int32)], (255,))
    share = cv2.GaussianBlur(inside, (0, 0), max(0.3 * face.pose.scale, 0.5)).astype(np.float32) / np.float32(
        255
    )
    beside = np.clip(3.0 * cv2.dilate(matte, np.ones((3, 3), np.uint8)) - 0.15, 0.0, 1.0)
    return np.asarray(beside + share * (np.clip(2.5 * matte - 1.25, 0.0, 1.0) - beside), np.float32)


def _local_mean(values: F32, weight: F32, sigma: float) -> F32:
    """The mean of ``values`` (h, w, c), weighted with ``weight`` (h, w), around each pixel."""
    sigma = max(sigma, 0.5)
    sums = cv2.GaussianBlur(np.dstack([values * weight[..., None], weight]), (0, 0), sigma)
    return np.asarray(sums[..., :-1] / sums[..., -1:], np.float32)


def _lightness(linear: F32) -> F32:
    """(h, w) float32: L* of ``linear`` (h, w, 3) RGB in 0..1."""
    luma = linear @ _LUMA
    return np.asarray(LIGHTNESS_OF_LINEAR[(luma * LINEAR_STEPS + 0.5).astype(np.int32)], np.float32)


def _along(x: F32, y: F32, bottom: float) -> F32:
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
