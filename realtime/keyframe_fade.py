"""What keyframes bring, changing without a jump."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, invert_affine
from realtime.analysis import FrameAnalysis

T = TypeVar("T")

FADE_SECONDS = 0.35
"""What a keyframe brings replaces the former in so long, as long as the head is not turning."""
# By so many degrees between two keyframes the fade becomes shorter, and is none: what was made for another
# view of the head does not fit over this one.
_TURNED, _TURNED_AWAY = 4.0, 12.0


class KeyframeFade(ABC, Generic[T]):
    """Carries what is on show to each new keyframe's head, and fades to that keyframe's own."""

    def __init__(self) -> None:
        self._analysis: FrameAnalysis | None = None
        self._shown: T | None = None
        self._start: T | None = None
        self._since = 0.0
        self._seconds = FADE_SECONDS

    def at(self, analysis: FrameAnalysis, time: float) -> T:
        """What to show at stream ``time`` (seconds), in the pixels of ``analysis``."""
        target = self._of(analysis)
        if analysis is not self._analysis:
            self._start = self._carried(analysis, target)
            self._seconds = self._fade_seconds(analysis)
            self._analysis = analysis
            self._since = time
        share = (time - self._since) / self._seconds if self._seconds > 0.0 else 1.0
        if self._start is None or not 0.0 <= share < 1.0:
            self._start = None
            self._shown = target
        else:
            self._shown = self._mixed(self._start, target, share)
        return self._shown

    def _carried(self, analysis: FrameAnalysis, target: T) -> T | None:
        """What is on show now, in the pixels of ``analysis``; ``None`` where there is none to fade from."""
        if self._analysis is None or self._shown is None:
            return None
        motion = compose_affine(invert_affine(analysis.to_frame), self._analysis.to_frame_of(analysis.face))
        return self._moved(self._shown, motion, target)

    def _fade_seconds(self, analysis: FrameAnalysis) -> float:
        if self._analysis is None:
            return FADE_SECONDS
        turn = self._analysis.face.pose.angle_to(analysis.face.pose)
        return FADE_SECONDS * min(1.0, max(0.0, (_TURNED_AWAY - turn) / (_TURNED_AWAY - _TURNED)))

    @abstractmethod
    def _of(self, analysis: FrameAnalysis) -> T:
        """What this keyframe brings."""

    @abstractmethod
    def _moved(self, shown: T, motion: npt.NDArray[np.float64], target: T) -> T | None:
        """``shown`` carried by ``motion`` (2, 3); ``None`` if it does not fit the size of ``target``."""

    @abstractmethod
    def _mixed(self, start: T, target: T, share: float) -> T:
        """``start`` with ``share`` (0..1) of ``target``."""
