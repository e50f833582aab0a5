"""Changing the colour of the wearer's own hair."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, invert_affine, resize_affine
from engines.face import Face
from engines.look import Dye
from engines.palette import HairColor
from realtime.analysis import FrameAnalysis
from realtime.color_tables import LIGHTNESS_OF_LINEAR, LINEAR_OF_SRGB, SRGB_OF_LINEAR
from realtime.hair_statistics import HairStatistics
from realtime.head_lock import moved_face
from realtime.own_hair_fade import OwnHairFade
from realtime.recolor_kernel import recolor_pixels
from realtime.recolor_maps import HairMaps, map_hair
from realtime.recolor_shades import shades_of
from realtime.rect import Rect

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_MEMORY = 1.5
"""Time constant of the hair's statistics, seconds."""
_COARSE = 3.4
"""What is smooth is computed at about so many px per cm."""


class Recolorer:
    """Recolours the frames of one session; keeps that person's hair statistics."""

    def __init__(self) -> None:
        self._statistics: HairStatistics | None = None
        self._time = 0.0
        self._fade = OwnHairFade()

    def apply(
        self,
        rgb: U8,
        face: Face,
        analysis: FrameAnalysis | None,
        color: HairColor,
        dye: Dye = "bleach",
        coverage: float = 1.0,
    ) -> Rect | None:
        """Give the own hair in ``rgb`` (h, w, 3) uint8 sRGB the colour ``color``, in place.

        Strands, shadows and highlights stay: lightness is mapped from this hair's to the new colour's, its
        local mean and what lies on it apart. ``dye`` and ``coverage`` as in a look. Returns the pixels that
        may have changed; ``None`` where no hair is known.
        """
        if analysis is None or face.opacity <= 0.0:
            return None
        height, width = rgb.shape[:2]
        hair = self._fade.at(analysis, face.time)
        to_frame = analysis.to_frame_of(face)
        area = _hair_area(hair[..., 0], to_frame, width, height)
        if area.empty:
            return None
        part = rgb[area.top : area.bottom, area.left : area.right]
        maps = self._read(part, hair[..., 0], face, to_frame, area, color)
        self._remember(maps.statistics, face.time)
        if self._statistics is None:
            return None
        if analysis.strands is None:
            # Without strands to choose from, all of them have the mean colour.
            color = replace(color, white=0.0)
        shades = shades_of(color, dye, coverage, self._statistics, face.light)
        recolor_pixels(
            rgb, (area.left, area.top), (part.shape[1], part.shape[0]), maps.channels,
            hair, invert_affine(to_frame).astype(np.float32),
            float(face.opacity), shades.curves, shades.colors, shades.numbers, shades.light,
            LINEAR_OF_SRGB, LIGHTNESS_OF_LINEAR, SRGB_OF_LINEAR,
        )  # fmt: skip
        return area

    def _read(
        self, part: U8, known: F32, face: Face, to_frame: F64, area: Rect, color: HairColor
    ) -> HairMaps:
        """The smooth maps over ``part`` of the frame."""
        factor = min(1.0, _COARSE / face.pose.scale)
        size = (max(4, round(part.shape[1] * factor)), max(4, round(part.shape[0] * factor)))
        small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
        to_part = to_frame.copy()
        to_part[:, 2] -= (area.left, area.top)
        to_small = compose_affine(resize_affine((part.shape[1], part.shape[0]), size), to_part)
        matte = np.asarray(cv2.warpAffine(known, to_small, size), np.float32)
        near = moved_face(face, factor, (-area.left, -area.top))
        bottom = self._statistics.bottom if self._statistics else 0.0
        return map_hair(small, matte, near, bottom, color.gradient)

    def _remember(self, now: HairStatistics | None, time: float) -> None:
        if now is None:
            return
        known = self._statistics
        self._statistics = now if known is None else known.toward(now, time - self._time, _MEMORY)
        self._time = time


def _hair_area(matte: F32, to_frame: F64, width: int, height: int) -> Rect:
    x, y, w, h = cv2.boundingRect((matte > 0.02).astype(np.uint8))
    if not w:
        return Rect(0, 0, 0, 0)
    corners = np.array([[x, y, 1], [x + w, y, 1], [x, y + h, 1], [x + w, y + h, 1]], np.float64)
    points = corners @ to_frame.T
    low, high = np.floor(points.min(0)).astype(int) - 3, np.ceil(points.max(0)).astype(int) + 3
    return Rect(int(low[0]), int(low[1]), int(high[0]), int(high[1])).within(Rect(0, 0, width, height))
