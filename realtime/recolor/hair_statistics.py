"""What a person's own hair looks like, steady over time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HairStatistics:
    """``low``, ``middle``, ``high``: 5th, 50th and 95th percentile of L*; ``detail``: 68th percentile of
    how far L* is from its local mean; ``bottom``: how far down the hair reaches, cm in the head frame.
    """

    low: float
    middle: float
    high: float
    detail: float
    bottom: float

    def toward(self, other: HairStatistics, seconds: float, memory: float) -> HairStatistics:
        """These statistics ``seconds`` later, drawn to ``other`` with the time constant ``memory``."""
        share = 1.0 - math.exp(-max(seconds, 0.0) / memory)
        mine, theirs = _values(self), _values(other)
        return HairStatistics(*(x + share * (y - x) for x, y in zip(mine, theirs, strict=True)))


def measure_hair(lightness: F32, base: F32, alpha: F32, y: F32) -> HairStatistics | None:
    """Statistics of the pixels of ``lightness`` (h, w; L*) that are surely hair; ``None`` for too few.

    ``base`` (h, w): local mean of L*; ``alpha`` (h, w) 0..1; ``y`` (h, w): height in the head
    frame, cm.
    """
    hair = alpha > 0.8
    if hair.sum() < 24:
        return None
    low, middle, high = np.percentile(lightness[hair], (5.0, 50.0, 95.0))
    return HairStatistics(
        float(low), float(middle), float(high),
        float(np.percentile(np.abs(lightness - base)[hair], 68.0)), float(np.percentile(y[hair], 4.0)),
    )  # fmt: skip


def _values(statistics: HairStatistics) -> tuple[float, ...]:
    s = statistics
    return s.low, s.middle, s.high, s.detail, s.bottom
