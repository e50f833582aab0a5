"""Hands, arms and things held before a head."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tools.train_matte.imaging import blur
from tools.train_matte.texture import cloth, color, noise

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Held:
    """``rgb`` (h, w, 3) sRGB 0..1 and ``alpha`` (h, w) of what is in front; ``skin`` and ``person`` (h, w):
    what of it is skin and what belongs to the person."""

    rgb: F32
    alpha: F32
    skin: F32
    person: F32


def draw_hand(
    rng: np.random.Generator, tone: F32, side: int, center: tuple[float, float], unit: float
) -> Held:
    """A hand of sRGB colour ``tone`` (3,) at ``center`` px; ``unit``: px per cm. Its arm comes from below."""
    angle = rng.normal(-90.0, 50.0)
    palm, finger = 4.2 * unit, 1.7 * unit
    shape = np.zeros((side, side), np.uint8)
    gaps = np.zeros((side, side), np.float32)
    wrist = _polar(center, angle + 180.0, palm)
    elbow = (wrist[0] + rng.normal(0.0, 12.0) * unit, float(side + 20))
    _line(shape, wrist, elbow, 5.5 * unit)
    cv2.ellipse(
        shape, _point(center), (round(palm), round(palm * 0.9)), angle, 0, 360, (255,), -1, cv2.LINE_AA
    )
    spread, curl = rng.uniform(4.0, 22.0), rng.uniform(0.35, 1.0)
    for index in range(4):
        way = angle + (index - 1.5) * spread
        base = _polar(center, angle + (index - 1.5) * 24.0, palm * 0.85)
        tip = _polar(base, way, (7.0, 8.0, 7.5, 6.0)[index] * unit * curl)
        _line(shape, base, tip, finger)
        cv2.line(gaps, _point(base), _point(tip), (1.0,), max(1, round(0.35 * finger)), cv2.LINE_AA)
    thumb = 1.0 if rng.random() < 0.5 else -1.0
    root = _polar(center, angle + thumb * 80.0, palm * 0.7)
    _line(shape, root, _polar(root, angle + thumb * rng.uniform(20.0, 60.0), 5.0 * unit), 1.2 * finger)
    alpha = blur((shape / 255.0).astype(np.float32), 0.7)
    round_off = np.clip(
        cv2.distanceTransform((shape > 127).astype(np.uint8), cv2.DIST_L2, 3) / finger, 0.0, 1.0
    )
    light = 0.72 + 0.28 * round_off + 0.10 * blur(gaps, 0.3 * finger)
    rgb = tone * (light * (1.0 + 0.04 * noise(rng, side, 30.0, 2)))[..., None]
    skin = alpha.copy()
    if rng.random() < 0.6:
        rows = np.arange(side, dtype=np.float32)[:, None]
        sleeve = np.clip((rows - wrist[1] - rng.uniform(0.0, 8.0) * unit) / 2.0, 0.0, 1.0)
        rgb = rgb + sleeve[..., None] * (cloth(rng, side) - rgb)
        skin *= 1.0 - sleeve
    return Held(np.clip(rgb, 0.0, 1.0).astype(np.float32), alpha, skin.astype(np.float32), alpha)


def draw_thing(rng: np.random.Generator, side: int, center: tuple[float, float], unit: float) -> Held:
    """A phone, bottle or book: a box with rounded corners, no person."""
    wide, high = rng.uniform(2.5, 12.0) * unit, rng.uniform(6.0, 18.0) * unit
    box = cv2.boxPoints((center, (wide, high), rng.normal(0.0, 25.0)))
    shape = np.zeros((side, side), np.uint8)
    cv2.fillPoly(shape, [np.rint(box).astype(np.int32)], (255,), cv2.LINE_AA)
    alpha = blur((shape / 255.0).astype(np.float32), 0.8)
    rgb = cloth(rng, side, color(rng) * np.float32(rng.choice([0.15, 1.0])))
    nothing = np.zeros_like(alpha)
    return Held(rgb, alpha, nothing, nothing)


def _polar(start: tuple[float, float], degrees: float, length: float) -> tuple[float, float]:
    angle = np.radians(degrees)
    return float(start[0] + length * np.cos(angle)), float(start[1] + length * np.sin(angle))


def _point(point: tuple[float, float]) -> tuple[int, int]:
    return round(point[0]), round(point[1])


def _line(
    shape: npt.NDArray[np.uint8], start: tuple[float, float], end: tuple[float, float], width: float
) -> None:
    cv2.line(shape, _point(start), _point(end), (255,), max(1, round(width)), cv2.LINE_AA)
