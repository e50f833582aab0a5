"""Light between keyframes."""

from __future__ import annotations

import numpy as np
import pytest

from engines.light import Light
from realtime.light.light_ease import LightEase

DIM = Light(color=np.full(3, 0.5, np.float32), direction=np.array([1, 0, 0], np.float32), ambient=0.2)
BRIGHT = Light(color=np.ones(3, np.float32), direction=np.array([0, 1, 0], np.float32), ambient=0.6)


def test_the_first_light_is_taken_as_it_is() -> None:
    assert LightEase(0.2)(DIM, 5.0) is DIM


def test_a_new_light_comes_in_small_steps_and_arrives() -> None:
    ease = LightEase(0.2)
    ease(DIM, 0.0)
    lights = [ease(BRIGHT, frame / 30) for frame in range(1, 61)]
    steps = np.abs(np.diff([0.5, *(float(light.color[0]) for light in lights)]))
    assert steps.max() < 0.09
    assert lights[5].ambient == pytest.approx(0.6 - 0.4 * np.exp(-1.0), abs=0.01)
    assert float(lights[-1].color[0]) == pytest.approx(1.0, abs=1e-3)
    assert all(np.linalg.norm(light.direction) == pytest.approx(1.0) for light in lights)


def test_after_a_stall_or_a_new_clock_the_light_is_right_at_once() -> None:
    ease = LightEase(0.2)
    ease(DIM, 10.0)
    assert float(ease(BRIGHT, 15.0).color[0]) == pytest.approx(1.0, abs=1e-3)
    assert ease(DIM, 0.0) is DIM


def test_fields_keep_their_kind() -> None:
    ease = LightEase(0.2)
    ease(DIM, 0.0)
    light = ease(BRIGHT, 0.1)
    assert light.color.dtype == light.direction.dtype == np.float32
    assert isinstance(light.ambient, float)
