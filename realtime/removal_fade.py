"""Removal fills that change without a jump."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.analysis import FrameAnalysis
from realtime.keyframe_fade import KeyframeFade
from realtime.removal import RemovalFill


class RemovalFade(KeyframeFade[RemovalFill]):
    """What is shown where own hair is taken away."""

    def _of(self, analysis: FrameAnalysis) -> RemovalFill:
        return analysis.removal

    def _moved(
        self, shown: RemovalFill, motion: npt.NDArray[np.float64], target: RemovalFill
    ) -> RemovalFill | None:
        if shown.masks.shape != target.masks.shape:
            return None
        height, width = target.masks.shape[:2]
        masks = cv2.warpAffine(shown.masks, motion, (width, height))
        head = cv2.warpAffine(shown.head, motion, (width, height), borderMode=cv2.BORDER_REPLICATE)
        return RemovalFill(np.asarray(head, np.uint8), shown.plate, np.asarray(masks, np.uint8))

    def _mixed(self, start: RemovalFill, target: RemovalFill, share: float) -> RemovalFill:
        return start.mixed(target, share)
