"""How light a hair of one lightness becomes in another colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Luminance, against the median's, of the deepest shadows, of the 5th and the 95th percentile and of the
# brightest highlights: measured on pictures of black and of blonde hair.
_DARK_HAIR = (0.10, 0.28, 2.8, 4.5)
_LIGHT_HAIR = (0.25, 0.45, 1.5, 1.9)

CURVE_STEPS = 256
"""Entries of a curve: lightness 0..100 in even steps."""


def tone_curve(
    low: float, middle: float, high: float, target: float, gloss: float
) -> npt.NDArray[np.float32]:
    """(256,) float32: new L* for L* 0..100 of hair whose 5th, 50th and 95th percentiles are given.

    Rises everywhere. The median becomes ``target``; shadows and highlights get the luminance, against the
    median, that hair of that lightness has in pictures: the darker, the wider. So black hair gains the
    contrast that light hair needs, and blonde hair made black keeps its highlights.
    """
    low = min(low, middle - 1.5)
    high = max(high, middle + 2.5)
    light = float(np.clip((target - 12.0) / 50.0, 0.0, 1.0))
    deepest, deep, bright, brightest = (
        _times(target, dark + light * (pale - dark))
        for dark, pale in zip(_DARK_HAIR, _LIGHT_HAIR, strict=True)
    )
    bright = min(target + (bright - target) * (0.6 + 0.6 * gloss), target + 0.7 * (99.0 - target))
    brightest = min(max(brightest, bright + 1.0), 99.0)
    points = np.array(
        [0.0, max(low - (middle - low) * 0.5, 0.02), low, middle, high, max(2 * high - middle, high + 1.0)]
    )
    values = np.array([0.9 * deepest, deepest, deep, target, bright, brightest])
    points = np.append(np.maximum.accumulate(points), 130.0)
    values = np.append(np.maximum.accumulate(values), 100.0)
    lightness = np.linspace(0.0, 100.0, CURVE_STEPS)
    curve = np.interp(lightness, points, values)
    # Corners of the curve would show as edges in smooth hair.
    width = 9
    margin = width // 2
    start = 2.0 * curve[0] - curve[margin:0:-1]
    end = 2.0 * curve[-1] - curve[-2 : -margin - 2 : -1]
    padded = np.concatenate([start, curve, end])
    return np.convolve(padded, np.full(width, 1.0 / width), mode="valid").astype(np.float32)


def _times(lightness: float, factor: float) -> float:
    """L* of ``factor`` times the luminance of ``lightness``."""
    y = ((lightness + 16.0) / 116.0) ** 3 if lightness > 8.0 else lightness / 903.3
    y *= factor
    return 116.0 * float(np.cbrt(y)) - 16.0 if y > 0.008856 else 903.3 * y
