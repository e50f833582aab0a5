"""Hair mattes that change without a jump."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.analysis import FrameAnalysis
from realtime.keyframe_fade import KeyframeFade

F32 = npt.NDArray[np.float32]


class MatteFade(KeyframeFade[F32]):
    """(h, w) float32 own-hair mattes."""

    def _of(self, analysis: FrameAnalysis) -> F32:
        return analysis.hair.alpha

    def _moved(self, shown: F32, motion: npt.NDArray[np.float64], target: F32) -> F32 | None:
        if shown.shape != target.shape:
            return None
        height, width = target.shape
        return np.asarray(cv2.warpAffine(shown, motion, (width, height)), np.float32)

    def _mixed(self, start: F32, target: F32, share: float) -> F32:
        return np.asarray(cv2.addWeighted(start, 1.0 - share, target, share, 0.0), np.float32)
