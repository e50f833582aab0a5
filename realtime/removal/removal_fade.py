"""Removal fills that change without a jump."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.analysis import FrameAnalysis
from realtime.keyframe_fade import KeyframeFade
from realtime.removal.removal import RemovalFill

_SHOWN = 128


class RemovalFade(KeyframeFade[RemovalFill]):
    """What is shown where own hair is taken away."""

    def _of(self, analysis: FrameAnalysis) -> RemovalFill:
        return analysis.removal

    def _moved(
        self, shown: RemovalFill, motion: npt.NDArray[np.float64], target: RemovalFill
    ) -> RemovalFill | None:
        if (shown.masks.shape, shown.plate.shape) != (target.masks.shape, target.plate.shape):
            return None
        height, width = target.masks.shape[:2]
        masks = cv2.warpAffine(shown.masks, motion, (width, height))
        head = cv2.warpAffine(shown.head, motion, (width, height), borderMode=cv2.BORDER_REPLICATE)
        # Where nothing was removed the former layer has hair in it, and nothing to fade from.
        fresh = (masks[..., 0] < _SHOWN).astype(np.uint8)
        cv2.copyTo(target.head, fresh, head)
        return RemovalFill(np.asarray(head, np.uint8), shown.plate, np.asarray(masks, np.uint8))

    def _mixed(self, start: RemovalFill, target: RemovalFill, share: float) -> RemovalFill:
        return start.mixed(target, share)
