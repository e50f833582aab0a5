"""Changing the colour of the wearer's own hair."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, resize_affine
from engines.face import Face
from engines.light import Light
from engines.palette import HairColor
from engines.strands.body import SKULL
from realtime.analysis import FrameAnalysis
from realtime.color_tables import LIGHTNESS_OF_LINEAR, LINEAR_OF_SRGB, LINEAR_STEPS, SRGB_OF_LINEAR
from realtime.hair_statistics import HairStatistics, measure_hair
from realtime.head_lock import moved_face
from realtime.head_projection import head_coordinates
from realtime.matte_fade import MatteFade
from realtime.recolor_kernel import recolor_pixels
from realtime.rect import Rect
from realtime.tone_curve import tone_curve

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_MEMORY = 1.5
"""Time constant of the hair's statistics, seconds."""
_COARSE = 4.5
"""What is smooth is computed at about so many px per cm."""
_BASE = 0.7
"""Standard deviation of the hair's local mean, cm."""


@dataclass(frozen=True, slots=True)
class _Maps:
    """Smooth maps over the hair's part of the frame, (h, w) float32 each, as the kernel wants them."""

    slope: F32
    offset: F32
    allowed: F32
    base: F32
    along: F32


class Recolorer:
    """Recolours the frames of one session; keeps that person's hair statistics."""

    def __init__(self) -> None:
        self._statistics: HairStatistics | None = None
        self._time = 0.0
        self._fade = MatteFade()

    def apply(self, rgb: U8, face: Face, analysis: FrameAnalysis | None, color: HairColor) -> Rect | None:
        """Give the own hair in ``rgb`` (h, w, 3) uint8 sRGB the colour ``color``, in place.

        Strands, shadows and highlights stay: lightness is mapped from this hair's to the new colour's, its
        local mean and what lies on it apart. Returns the pixels that may have changed; ``None`` where
        no hair is known.
        """
        if analysis is None or face.opacity <= 0.0:
            return None
        height, width = rgb.shape[:2]
        matte = self._fade.at(analysis, face.time)
        area = _hair_area(matte, analysis.to_frame_of(face), width, height)
        if area.empty:
            return None
        part = rgb[area.top : area.bottom, area.left : area.right]
        maps, statistics = self._read(part, matte, face, analysis, area)
        if statistics is None:
            return None
        s = statistics
        curves = np.stack(
            [tone_curve(s.low, s.middle, s.high, lab[0], color.gloss) for lab in (color.root, color.tip)]
        )
        gain = _detail_gain(statistics, color)
        recolor_pixels(
            rgb, (area.left, area.top), maps.slope, maps.offset, maps.allowed, maps.base, maps.along,
            float(face.opacity), curves,
            np.array([color.root, color.tip], np.float32),
            s.high - 0.3 * (s.high - s.middle), max(s.high - s.middle, 4.0),
            np.array([gain, 0.35 * face.light.noise, color.gloss, 0.2 / max(s.detail, 0.5)], np.float32),
            _gain(face.light), LINEAR_OF_SRGB, LIGHTNESS_OF_LINEAR, SRGB_OF_LINEAR,
        )  # fmt: skip
        return area

    def _read(
        self, part: U8, known: F32, face: Face, analysis: FrameAnalysis, area: Rect
    ) -> tuple[_Maps, HairStatistics | None]:
        """The smooth maps over ``part`` of the frame, and the statistics of the hair in it."""
        factor = min(1.0, _COARSE / face.pose.scale)
        size = (max(4, round(part.shape[1] * factor)), max(4, round(part.shape[0] * factor)))
        small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        to_part = analysis.to_frame_of(face)
        to_part[:, 2] -= (area.left, area.top)
        to_small = compose_affine(resize_affine((part.shape[1], part.shape[0]), size), to_part)
        matte = np.asarray(cv2.warpAffine(known, to_small, size), np.float32)
        lightness = _lightness(np.asarray(small, np.uint8))
        near = moved_face(face, factor, (-area.left, -area.top))
        unit = near.pose.scale
        slope, offset = _guided(lightness * np.float32(0.01), matte, 0.5 * unit)
        weight = matte * matte + np.float32(1e-4)
        base = _blur(lightness * weight, _BASE * unit) / _blur(weight, _BASE * unit)
        x, y = head_coordinates(near, *size)
        now = measure_hair(lightness, base, matte, y)
        self._remember(now, face.time)
        allowed = np.clip(cv2.dilate(matte, np.ones((3, 3), np.uint8)) * 4.0, 0.0, 1.0).astype(np.float32)
        bottom = self._statistics.bottom if self._statistics else 0.0
        along = _along(x, y, bottom)
        full = (part.shape[1], part.shape[0])
        maps = (
            np.asarray(cv2.resize(m, full, interpolation=cv2.INTER_LINEAR), np.float32)
            for m in (slope, offset, allowed, base, along)
        )
        return _Maps(*maps), self._statistics

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


def _lightness(rgb: U8) -> F32:
    """(h, w) float32: L* of ``rgb`` (h, w, 3) uint8 sRGB."""
    luma = LINEAR_OF_SRGB[rgb] @ _LUMA
    return np.asarray(LIGHTNESS_OF_LINEAR[(luma * LINEAR_STEPS + 0.5).astype(np.int32)], np.float32)


def _guided(guide: F32, matte: F32, radius: float) -> tuple[F32, F32]:
    """Slope and offset of the matte over ``guide``: He and Sun's fast guided filter (2015)."""
    side = 2 * max(1, round(radius)) + 1
    mean_g, mean_m, mean_gm, mean_gg = (
        cv2.blur(image, (side, side)) for image in (guide, matte, guide * matte, guide * guide)
    )
    slope = (mean_gm - mean_g * mean_m) / (mean_gg - mean_g * mean_g + 2e-3)
    offset = mean_m - slope * mean_g
    return np.asarray(cv2.blur(slope, (side, side)), np.float32), np.asarray(
        cv2.blur(offset, (side, side)), np.float32
    )


def _blur(image: F32, sigma: float) -> F32:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), max(sigma, 0.5)), np.float32)


def _along(x: F32, y: F32, bottom: float) -> F32:
    """0 at the roots to 1 at the tips, guessed from where on the head a pixel lies."""
    outward = np.hypot((x - SKULL.center[0]) / SKULL.radii[0], (y - SKULL.center[1]) / SKULL.radii[1])
    top = SKULL.center[1] + 0.6 * SKULL.radii[1]
    fallen = np.clip((top - y) / max(top - bottom, 14.0), 0.0, 1.0)
    t = np.maximum(np.clip((fallen - 0.15) / 0.75, 0.0, 1.0), 0.6 * np.clip((outward - 0.9) / 0.5, 0.0, 1.0))
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


def _detail_gain(statistics: HairStatistics, color: HairColor) -> float:
    """How much stronger strands have to show: hair of the new lightness has its own contrast."""
    wanted = 2.0 + 0.05 * 0.5 * (color.root[0] + color.tip[0])
    return float(np.clip(wanted / max(statistics.detail, 0.4), 0.7, 4.0))


def _gain(light: Light) -> F32:
    """The light's tint, and half of its exposure: a swatch in a dim room is dim, but still known."""
    level = float(light.color.mean())
    return np.asarray(light.color / level * np.sqrt(level), np.float32)
