"""The One-Euro filter: steady when slow, prompt when fast.

G. Casiez, N. Roussel, D. Vogel: "1 € Filter", CHI 2012.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]


class OneEuro:
    """The filter for a group of values that move together.

    The cutoff is ``min_cutoff + beta * speed`` in hertz, where the speed is the Euclidean norm of the
    group's (last axis) velocity in units per second: one cutoff per group, so that a
    group is never distorted by its parts lagging differently. The speed itself is low-passed at
    ``derivative_cutoff`` hertz, so that a motion is noticed within a frame or two.
    """

    def __init__(self, min_cutoff: float, beta: float, derivative_cutoff: float = 4.0) -> None:
        self._min_cutoff = min_cutoff
        self._beta = beta
        self._derivative_cutoff = derivative_cutoff
        self._time = 0.0
        self._value: F64 | None = None
        self._velocity: F64 | None = None

    def __call__(self, value: F64, time: float) -> F64:
        """The filtered ``value`` (..., n) at ``time`` seconds."""
        step = time - self._time
        if self._value is None or self._velocity is None:
            self._value, self._velocity, self._time = value, np.zeros_like(value), time
            return value
        if step <= 0.0:
            return self._value
        gain = _gain(self._derivative_cutoff, step)
        self._velocity = self._velocity + gain * ((value - self._value) / step - self._velocity)
        speed = np.linalg.norm(self._velocity, axis=-1, keepdims=True)
        smooth = 1.0 / (1.0 + 1.0 / (2.0 * math.pi * step * (self._min_cutoff + self._beta * speed)))
        self._value = self._value + smooth * (value - self._value)
        self._time = time
        return self._value

    def reset(self) -> None:
        """Forget everything: the next value passes unfiltered."""
        self._value = self._velocity = None


def _gain(cutoff: float, step: float) -> float:
    return 1.0 / (1.0 + 1.0 / (2.0 * math.pi * cutoff * step))
