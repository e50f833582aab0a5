"""Random planes: smooth noise, stripes, and pictures cut to pieces."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tools.train_matte.imaging import blur

F32 = npt.NDArray[np.float32]


def noise(rng: np.random.Generator, side: int, cells: float, octaves: int = 1) -> F32:
    """(side, side) float32 of mean 0 and deviation about 1, ``cells`` bumps across; octaves add detail."""
    total = np.zeros((side, side), np.float32)
    for octave in range(octaves):
        count = max(2, min(side, round(cells * 2**octave)))
        grid = rng.standard_normal((count, count), np.float32) * np.float32(0.6**octave)
        total += cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC)
    return total


def stripes(rng: np.random.Generator, side: int) -> F32:
    """(side, side) float32 in 0..1: bands at any angle, of any width, hard or soft."""
    angle, period = rng.uniform(0.0, np.pi), rng.uniform(4.0, 60.0)
    axis = np.arange(side, dtype=np.float32)
    wave = np.sin((axis * np.cos(angle) + axis[:, None] * np.sin(angle)) * (2.0 * np.pi / period))
    return np.asarray(np.clip(wave * rng.uniform(0.7, 6.0) * 0.5 + 0.5, 0.0, 1.0), np.float32)


def color(rng: np.random.Generator) -> F32:
    """Any sRGB colour, (3,) float32 0..1, dull ones most often."""
    grey = rng.uniform(0.03, 0.97)
    shade = grey + rng.normal(0.0, 1.0, 3) * rng.choice([0.02, 0.08, 0.22])
    return np.asarray(np.clip(shade, 0.0, 1.0), np.float32)


def cloth(rng: np.random.Generator, side: int, base: F32 | None = None) -> F32:
    """(side, side, 3) float32 sRGB: plain, woven, striped, checked or printed cloth about colour ``base``."""
    base = color(rng) if base is None else base
    plane = np.broadcast_to(base, (side, side, 3)).astype(np.float32)
    kind = rng.random()
    if kind < 0.3:
        other = color(rng)
        pattern = stripes(rng, side)
        if rng.random() < 0.4:
            pattern = 0.5 * (pattern + stripes(rng, side))
        plane = plane + pattern[..., None] * (other - base)
    elif kind < 0.45:
        spots = (noise(rng, side, rng.uniform(6.0, 40.0)) > rng.uniform(0.3, 1.2)).astype(np.float32)
        plane = plane + blur(spots, 0.8)[..., None] * (color(rng) - base)
    folds = 0.06 * noise(rng, side, rng.uniform(3.0, 9.0), 2) + rng.uniform(0.0, 0.05) * noise(
        rng, side, 160.0
    )
    return np.asarray(np.clip(plane * (1.0 + folds[..., None]), 0.0, 1.0), np.float32)
