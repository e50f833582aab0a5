"""The One-Euro filter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from realtime.tracking.one_euro import OneEuro

F64 = npt.NDArray[np.float64]


def _run(filter_: OneEuro, values: F64, step: float = 1 / 30) -> F64:
    return np.array([filter_(value, index * step) for index, value in enumerate(values)])


def test_noise_on_something_still_shrinks() -> None:
    noise = np.random.default_rng(1).normal(0.0, 0.05, (300, 3))
    steady = _run(OneEuro(1.0, 1.0), noise)
    assert steady[30:].std() < 0.55 * noise.std()


def test_a_fast_motion_is_followed_within_half_a_frame() -> None:
    ramp = np.arange(60.0)[:, None] * np.array([0.5, 0.2])
    lag = (ramp - _run(OneEuro(1.0, 4.0), ramp))[40:] / (ramp[1] - ramp[0])
    assert lag.max() < 0.5


def test_a_group_is_not_distorted() -> None:
    path = np.outer(np.sin(np.arange(90) / 6.0), [3.0, 1.0])
    steady = _run(OneEuro(1.0, 0.5), path)
    np.testing.assert_allclose(steady[1:, 0], 3.0 * steady[1:, 1], atol=1e-9)


def test_a_repeated_or_earlier_time_changes_nothing() -> None:
    filter_ = OneEuro(1.0, 1.0)
    filter_(np.zeros(2), 0.0)
    value = filter_(np.ones(2), 0.1)
    assert filter_(np.full(2, 9.0), 0.1) is value
    assert filter_(np.full(2, 9.0), 0.05) is value


def test_after_a_reset_the_next_value_passes() -> None:
    filter_ = OneEuro(0.1, 0.0)
    filter_(np.zeros(2), 0.0)
    filter_.reset()
    np.testing.assert_array_equal(filter_(np.full(2, 5.0), 0.1), [5.0, 5.0])


@pytest.mark.parametrize("fps", [12, 30, 60])
def test_smoothing_depends_on_seconds_not_on_frames(fps: int) -> None:
    step = np.concatenate([np.zeros((1, 1)), np.ones((fps, 1))])
    reached = _run(OneEuro(0.5, 0.0), step, 1 / fps)[-1, 0]
    assert reached == pytest.approx(1.0 - np.exp(-2 * np.pi * 0.5), abs=0.03)
