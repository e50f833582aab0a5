"""The lightness curve of the recolourer."""

from __future__ import annotations

import numpy as np
import pytest

from realtime.recolor.tone_curve import CURVE_STEPS, tone_curve

CASES = [
    (2, 8, 25, 78),
    (2, 8, 25, 12),
    (30, 55, 75, 12),
    (30, 55, 75, 50),
    (5, 5.1, 5.2, 40),
    (60, 80, 95, 20),
]


@pytest.mark.parametrize(("low", "middle", "high", "target"), CASES)
def test_it_rises_everywhere_and_stays_in_range(
    low: float, middle: float, high: float, target: float
) -> None:
    curve = tone_curve(low, middle, high, target, 0.6)
    assert curve.shape == (CURVE_STEPS,)
    assert (np.diff(curve) >= -1e-4).all()
    assert curve.min() >= 0.0
    assert curve.max() <= 100.5


@pytest.mark.parametrize(("low", "middle", "high", "target"), CASES)
def test_the_median_becomes_the_target(low: float, middle: float, high: float, target: float) -> None:
    curve = tone_curve(low, middle, high, target, 0.6)
    at = np.interp(middle, np.linspace(0, 100, CURVE_STEPS), curve)
    assert at == pytest.approx(target, abs=4.0)


def test_dark_hair_gains_contrast_when_it_is_lightened() -> None:
    curve = tone_curve(4, 10, 22, 60, 0.5)
    low, high = np.interp([4, 22], np.linspace(0, 100, CURVE_STEPS), curve)
    assert high - low > 1.2 * (22 - 4)
