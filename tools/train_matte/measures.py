"""How good a matte is. Sources are named at each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def intersection_over_union(matte: F32, truth: F32, counts: Mask) -> float:
    """Jaccard index of the pixels above one half, among those that count; 1 where neither has any."""
    a, b = (matte > 0.5) & counts, (truth > 0.5) & counts
    either = int((a | b).sum())
    return float((a & b).sum()) / either if either else 1.0


def absolute_difference(matte: F32, truth: F32, counts: Mask) -> float:
    """Mean absolute difference over the pixels that count."""
    return float(np.abs(matte - truth)[counts].mean()) if counts.any() else 0.0


def dtssd(mattes: F32, truths: F32) -> float:
    """Temporal error of ``mattes`` (t, h, w) against ``truths``.

    100 sqrt(mean(((p_t - p_t-1) - (g_t - g_t-1))^2)): Erofeev et al., "Perceptually motivated benchmark for
    video matting", BMVC 2015, as the evaluation code of RVM (Lin et al., WACV 2022) computes it.
    """
    difference = np.diff(mattes, axis=0) - np.diff(truths, axis=0)
    return float(100.0 * np.sqrt((difference**2).mean(axis=(1, 2))).mean())
