"""How light a hair of one lightness becomes in another colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CURVE_STEPS = 256
"""Entries of a curve: lightness 0..100 in even steps."""


def tone_curve(
    low: float, middle: float, high: float, target: float, gloss: float
) -> npt.NDArray[np.float32]:
    """(256,) float32: new L* for L* 0..100 of hair whose 5th, 50th and 95th percentiles are given.

    Rises everywhere. The median becomes ``target``; shadows and highlights get the spread that hair of
    that lightness has (darker hair: highlights many times its median), so black hair gains the contrast
    that light hair needs and blonde hair loses it.
    """
    low = min(low, middle - 1.5)
    high = max(high, middle + 2.5)
    under = 0.20 * target + 4.0
    over = min(9.0 + 8.0 * gloss, 0.6 * (99.0 - target))
    darkest = max(target - 1.5 * under, 0.3 * target, 0.5)
    brightest = min(target + 1.3 * over, 99.5)
    points = np.array(
        [0.0, max(low - (middle - low) * 0.5, 0.02), low, middle, high, max(2 * high - middle, high + 1.0)]
    )
    values = np.array([0.9 * darkest, darkest, target - 0.8 * under, target, target + over, brightest])
    points = np.append(np.maximum.accumulate(points), 130.0)
    values = np.append(np.maximum.accumulate(values), 100.0)
    lightness = np.linspace(0.0, 100.0, CURVE_STEPS)
    curve = np.interp(lightness, points, values)
    # Corners of the curve would show as edges in smooth hair.
    width = 9
    padded = np.pad(curve, width // 2, mode="reflect", reflect_type="odd")
    return np.convolve(padded, np.full(width, 1.0 / width), mode="valid").astype(np.float32)
