"""The wearer's own hair, changing without a jump."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.analysis import FrameAnalysis
from realtime.keyframe_fade import KeyframeFade

F32 = npt.NDArray[np.float32]


class OwnHairFade(KeyframeFade[F32]):
    """(h, w, 3) float32: the own hair's matte, and its texture of strands and of locks."""

    def __init__(self) -> None:
        super().__init__()
        self._stacked: tuple[FrameAnalysis, F32] | None = None

    def _of(self, analysis: FrameAnalysis) -> F32:
        if self._stacked is None or self._stacked[0] is not analysis:
            alpha, strands = analysis.hair.alpha, analysis.strands
            nothing = np.zeros_like(alpha)
            texture = (strands.strand, strands.lock) if strands else (nothing, nothing)
            self._stacked = (analysis, np.dstack([alpha, *texture]))
        return self._stacked[1]

    def _moved(self, shown: F32, motion: npt.NDArray[np.float64], target: F32) -> F32 | None:
        if shown.shape != target.shape:
            return None
        height, width = target.shape[:2]
        return np.asarray(cv2.warpAffine(shown, motion, (width, height)), np.float32)

    def _mixed(self, start: F32, target: F32, share: float) -> F32:
        return np.asarray(cv2.addWeighted(start, 1.0 - share, target, share, 0.0), np.float32)
