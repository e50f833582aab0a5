"""Removal fills that change without a jump."""

from __future__ import annotations

import cv2
import numpy as np

from realtime.analysis import FrameAnalysis
from realtime.head_lock import compose_affine, invert_affine
from realtime.removal import RemovalFill

FADE_SECONDS = 0.35
"""A better fill replaces the last one in so long."""


class RemovalFade:
    """Carries the fill on show to each new keyframe's head and fades to that keyframe's own."""

    def __init__(self) -> None:
        self._analysis: FrameAnalysis | None = None
        self._shown: RemovalFill | None = None
        self._start: RemovalFill | None = None
        self._since = 0.0

    def fill(self, analysis: FrameAnalysis, time: float) -> RemovalFill:
        """The fill to show at stream ``time`` (seconds), in the pixels of ``analysis``."""
        target = analysis.removal
        if analysis is not self._analysis:
            self._start = self._carried(analysis)
            self._analysis = analysis
            self._since = time
        share = (time - self._since) / FADE_SECONDS
        if self._start is None or not 0.0 <= share < 1.0:
            self._start = None
            self._shown = target
        else:
            self._shown = self._start.mixed(target, share)
        return self._shown

    def _carried(self, analysis: FrameAnalysis) -> RemovalFill | None:
        """What is on show now, in the pixels of ``analysis``; ``None`` where there is none to fade from."""
        target = analysis.removal
        old, shown = self._analysis, self._shown
        if old is None or shown is None or shown.masks.shape != target.masks.shape:
            return None
        height, width = target.masks.shape[:2]
        motion = compose_affine(invert_affine(analysis.to_frame), old.to_frame_of(analysis.face))
        masks = cv2.warpAffine(shown.masks, motion, (width, height))
        head = cv2.warpAffine(shown.head, motion, (width, height), borderMode=cv2.BORDER_REPLICATE)
        return RemovalFill(np.asarray(head, np.uint8), shown.plate, np.asarray(masks, np.uint8))
