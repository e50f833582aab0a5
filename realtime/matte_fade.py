"""Hair mattes that change without a jump."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.analysis import FrameAnalysis
from realtime.head_lock import compose_affine, invert_affine
from realtime.removal_fade import FADE_SECONDS

F32 = npt.NDArray[np.float32]


class MatteFade:
    """Carries the matte in use to each new keyframe's head and fades to that keyframe's own."""

    def __init__(self) -> None:
        self._analysis: FrameAnalysis | None = None
        self._shown: F32 | None = None
        self._start: F32 | None = None
        self._since = 0.0

    def alpha(self, analysis: FrameAnalysis, time: float) -> F32:
        """(h, w) float32: the matte to use at stream ``time`` (seconds), in the pixels of ``analysis``."""
        target = analysis.hair.alpha
        if analysis is not self._analysis:
            self._start = self._carried(analysis)
            self._analysis = analysis
            self._since = time
        share = (time - self._since) / FADE_SECONDS
        if self._start is None or not 0.0 <= share < 1.0:
            self._start = None
            self._shown = target
        else:
            mixed = cv2.addWeighted(self._start, 1.0 - share, target, share, 0.0)
            self._shown = np.asarray(mixed, np.float32)
        return self._shown

    def _carried(self, analysis: FrameAnalysis) -> F32 | None:
        """The matte in use now, in the pixels of ``analysis``; ``None`` where there is none to fade from."""
        target = analysis.hair.alpha
        old, shown = self._analysis, self._shown
        if old is None or shown is None or shown.shape != target.shape:
            return None
        height, width = target.shape
        motion = compose_affine(invert_affine(analysis.to_frame), old.to_frame_of(analysis.face))
        return np.asarray(cv2.warpAffine(shown, motion, (width, height)), np.float32)
