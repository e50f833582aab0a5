"""The colours of somebody's hair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]

_COUNT = 6
_SAMPLE = 4000
_TYPICAL = 90.0


@dataclass(frozen=True, slots=True)
class HairTones:
    """``centers`` (6, 3) float32 Lab: k-means of the hair's colours; ``reach``: how far 90 % of that hair is
    at most from the nearest of them."""

    centers: F32
    reach: float

    @classmethod
    def of(cls, hair: F32) -> Self:
        """The tones of ``hair`` (n, 3) float32 Lab; of too few colours none are typical."""
        if len(hair) < 10 * _COUNT:
            return cls(np.zeros((_COUNT, 3), np.float32), -1.0)
        sample = np.ascontiguousarray(hair[:: max(1, len(hair) // _SAMPLE)])
        criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
        cv2.setRNGSeed(0)
        labels = np.zeros((len(sample), 1), np.int32)
        centers = cv2.kmeans(sample, _COUNT, labels, criteria, 1, cv2.KMEANS_PP_CENTERS)[2]
        tones = np.asarray(centers, np.float32)
        return cls(tones, float(np.percentile(_distance(sample, tones), _TYPICAL)))

    def typical(self, colors: F32) -> npt.NDArray[np.bool_]:
        """Which of ``colors`` (n, 3) float32 Lab are as near to a tone as the hair's own."""
        return np.asarray(_distance(colors, self.centers) <= self.reach)


def _distance(colors: F32, tones: F32) -> F32:
    nearest = np.full(len(colors), np.inf, np.float32)
    for tone in tones:
        nearest = np.minimum(nearest, np.linalg.norm(colors - tone, axis=1))
    return nearest
