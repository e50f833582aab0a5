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
from realtime.color_tables import BYTE_OF_LINEAR, LIGHTNESS_OF_LINEAR, LINEAR_OF_SRGB
from realtime.head.head_lock import moved_face
from realtime.recolor.hair_statistics import HairStatistics, measure_hair
from realtime.recolor.own_hair_fade import OwnHairFade
from realtime.recolor.recolor_kernel import recolor_pixels
from realtime.recolor.recolor_maps import HairMaps, map_hair
from realtime.recolor.recolor_shades import shades_of
from realtime.rect import Rect

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_MEMORY = 1.5
"""Time constant of the hair's statistics, seconds."""
_EVERY = 0.1
"""They are measured anew after so many seconds."""
_COARSE = 3.4
"""What is smooth is computed in blocks of whole pixels, about so many of them per cm."""
_LARGEST_BLOCK = 64


class Recolorer:
    """Recolours the frames of one session; keeps that person's hair statistics."""

    def __init__(self) -> None:
        self._statistics: HairStatistics | None = None
        self._time = 0.0
        self._fade = OwnHairFade()
        self._measured: HairStatistics | None = None
        self._since = 0.0
        self._area: tuple[F32 | None, Rect] = (None, Rect(0, 0, 0, 0))

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
        if self._area[0] is not hair:
            self._area = (hair, _bounds(hair[..., 0]))
        area = _hair_area(self._area[1], to_frame, width, height)
        if area.empty:
            return None
        part = rgb[area.top : area.bottom, area.left : area.right]
        block = min(max(round(face.pose.scale / _COARSE), 1), _LARGEST_BLOCK, *part.shape[:2])
        maps = self._read(part, block, hair[..., 0], face, to_frame, area, color)
        statistics = self._ease(face.time)
        if statistics is None:
            return None
        if analysis.strands is None:
            # Without strands to choose from, all of them have the mean colour.
            color = replace(color, white=0.0)
        shades = shades_of(color, dye, coverage, statistics, face.light)
        recolor_pixels(
            rgb, (area.left, area.top), (part.shape[1], part.shape[0]), block, maps.channels,
            hair, invert_affine(to_frame).astype(np.float32),
            float(face.opacity), shades.curves, shades.colors, shades.numbers, shades.light,
            LINEAR_OF_SRGB, LIGHTNESS_OF_LINEAR, BYTE_OF_LINEAR,
        )  # fmt: skip
        return area

    def _read(
        self, part: U8, block: int, known: F32, face: Face, to_frame: F64, area: Rect, color: HairColor
    ) -> HairMaps:
        """The smooth maps over ``part`` of the frame, and from time to time the statistics."""
        size = (part.shape[1] // block, part.shape[0] // block)
        whole = part[: size[1] * block, : size[0] * block]
        small = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)
        to_part = to_frame.copy()
        to_part[:, 2] -= (area.left, area.top)
        to_small = compose_affine(resize_affine((whole.shape[1], whole.shape[0]), size), to_part)
        matte = np.asarray(cv2.warpAffine(known, to_small, size), np.float32)
        near = moved_face(face, 1.0 / block, (-area.left, -area.top))
        bottom = self._statistics.bottom if self._statistics else 0.0
        maps = map_hair(small, matte, near, bottom, color.gradient)
        if self._measured is None or not 0.0 <= face.time - self._since < _EVERY:
            now = measure_hair(maps.lightness, maps.base, matte, maps.height)
            self._measured, self._since = now or self._measured, face.time
        return maps

    def _ease(self, time: float) -> HairStatistics | None:
        """The statistics at stream ``time``, on their way to those measured last."""
        if self._measured is not None:
            known = self._statistics or self._measured
            self._statistics = known.toward(self._measured, time - self._time, _MEMORY)
        self._time = time
        return self._statistics


def _bounds(matte: F32) -> Rect:
    """What of ``matte`` (h, w) is not empty."""
    x, y, w, h = cv2.boundingRect((matte > 0.02).astype(np.uint8))
    return Rect(x, y, x + w, y + h)


def _hair_area(bounds: Rect, to_frame: F64, width: int, height: int) -> Rect:
    if bounds.empty:
        return bounds
    x, y = (bounds.left, bounds.right), (bounds.top, bounds.bottom)
    points = np.array([[i, j, 1] for i in x for j in y], np.float64) @ to_frame.T
    low, high = np.floor(points.min(0)).astype(int) - 3, np.ceil(points.max(0)).astype(int) + 3
    return Rect(int(low[0]), int(low[1]), int(high[0]), int(high[1])).within(Rect(0, 0, width, height))
