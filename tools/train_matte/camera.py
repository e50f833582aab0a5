"""A webcam's picture of a scene, cut out as the network sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tools.train_matte.canvas import CANVAS, MARGIN, SIDE
from tools.train_matte.imaging import blur, warp
from tools.train_matte.scene_pool import unpack_weights
from tools.train_matte.texture import noise

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sample:
    """``rgb`` and ``values`` (SIDE, SIDE, 3) uint8; ``weights`` (SIDE, SIDE, 3) uint8, 0 or 1."""

    rgb: U8
    values: U8
    weights: U8


def plain(packed: U8) -> Sample:
    """The nominal crop of a packed scene, unchanged."""
    inner = packed[MARGIN : MARGIN + SIDE, MARGIN : MARGIN + SIDE]
    return Sample(inner[..., :3].copy(), inner[..., 3:6].copy(), unpack_weights(inner[..., 6]))


def shoot(rng: np.random.Generator, packed: U8) -> Sample:
    """A crop that is off as a tracker's is, seen by a camera that is as bad as cameras are."""
    packed = _framed(rng, packed) if rng.random() < 0.3 else packed
    affine = _geometry(rng)
    color = warp(packed[..., :3], affine, SIDE, repeat=True)
    values = warp(packed[..., 3:6], affine, SIDE)
    known = warp(packed[..., 6], affine, SIDE, nearest=True)
    return Sample(_photograph(rng, color), values, unpack_weights(known))


def _framed(rng: np.random.Generator, packed: U8) -> U8:
    """The scene with the edge of the camera's picture in it: repeated outside, and unknown there."""
    low = rng.uniform(0.0, 0.30, 2) * (rng.random(2) < 0.5)
    high = 1.0 - rng.uniform(0.0, [0.30, 0.42]) * (rng.random(2) < [0.5, 0.7])
    (left, top), (right, bottom) = (np.rint(v * CANVAS).astype(int) for v in (low, high))
    framed = np.zeros_like(packed)
    inner = np.ascontiguousarray(packed[top:bottom, left:right, :3])
    framed[..., :3] = cv2.copyMakeBorder(
        inner, top, CANVAS - bottom, left, CANVAS - right, cv2.BORDER_REPLICATE
    )
    framed[top:bottom, left:right, 3:] = packed[top:bottom, left:right, 3:]
    return framed


def _geometry(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    angle = rng.normal(0.0, 6.0) if rng.random() < 0.85 else rng.uniform(-35.0, 35.0)
    zoom = np.exp(rng.normal(0.0, 0.11))
    affine = np.asarray(cv2.getRotationMatrix2D((0.5 * CANVAS, 0.45 * CANVAS), angle, zoom), np.float64)
    affine[:, 2] += rng.normal(0.0, 0.035 * SIDE, 2) - MARGIN
    if rng.random() < 0.5:
        affine[0] = [-affine[0, 0], -affine[0, 1], SIDE - 1 - affine[0, 2]]
    return np.asarray(affine)


def _photograph(rng: np.random.Generator, picture: U8) -> U8:
    """Lens, exposure, white balance, noise and compression."""
    color: npt.NDArray[Any] = picture
    if rng.random() < 0.35:
        small = round(SIDE * rng.uniform(0.3, 0.95))
        color = cv2.resize(color, (small, small), interpolation=cv2.INTER_AREA)
        color = cv2.resize(color, (SIDE, SIDE), interpolation=int(rng.choice([1, 2])))
    if rng.random() < 0.25:
        color = blur(color, rng.uniform(0.3, 1.8))
    if rng.random() < 0.08:
        color = cv2.filter2D(color, -1, _motion(rng))
    levels = np.arange(256, dtype=np.float32)[:, None] / 255.0
    gamma = np.exp(rng.normal(0.0, 0.28))
    gain = np.exp(rng.normal(0.0, 0.22) + rng.normal(0.0, [0.08, 0.03, 0.10]))
    black = rng.uniform(0.0, 0.08) if rng.random() < 0.3 else 0.0
    table = np.clip(black + (1.0 - black) * levels**gamma * gain, 0.0, 1.0)
    if rng.random() < 0.3:
        contrast = rng.uniform(-0.5, 0.6)
        table = table + contrast * (table * table * (3.0 - 2.0 * table) - table)
    color = cv2.LUT(color, np.rint(table * 255.0).astype(np.uint8).reshape(1, 256, 3))
    if rng.random() < 0.3:
        grey = cv2.cvtColor(cv2.cvtColor(color, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        share = float(rng.uniform(0.3, 1.5)) if rng.random() < 0.85 else 0.0
        color = cv2.addWeighted(color, share, grey, 1.0 - share, 0.0)
    if rng.random() < 0.6:
        color = _noisy(rng, color)
    if rng.random() < 0.55:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(22, 90))]
        color = cv2.imdecode(cv2.imencode(".jpg", color, quality)[1], cv2.IMREAD_COLOR)
    return np.asarray(color, np.uint8)


def _noisy(rng: np.random.Generator, color: npt.NDArray[Any]) -> U8:
    deviation = np.float32(rng.exponential(4.0))
    luma = deviation * rng.standard_normal((SIDE, SIDE, 1), np.float32)
    total = color + luma
    if rng.random() < 0.4:
        chroma = np.dstack([noise(rng, SIDE, SIDE / rng.uniform(1.0, 4.0)) for _ in range(3)])
        total = total + 0.5 * deviation * chroma
    if rng.random() < 0.2:
        light = noise(rng, SIDE, 3.0)[..., None]
        total = total * (1.0 + np.float32(rng.uniform(0.0, 0.2)) * light)
    return np.asarray(np.clip(total, 0.0, 255.0), np.uint8)


def _motion(rng: np.random.Generator) -> F32:
    kernel = np.zeros((9, 9), np.float32)
    way = rng.uniform(-4.0, 4.0, 2)
    cv2.line(kernel, np.rint(4 - way).astype(int).tolist(), np.rint(4 + way).astype(int).tolist(), (1.0,))
    return np.asarray(kernel / kernel.sum(), np.float32)
