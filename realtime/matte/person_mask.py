"""Where the person is in a frame."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt
from mediapipe.python.solutions.selfie_segmentation import SelfieSegmentation

from realtime.tracking.one_thread import one_thread
from realtime.tracking.quiet_mediapipe import quiet_mediapipe


class Segmenter(Protocol):
    """Whatever tells persons from background."""

    def segment(self, rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Probability 0..1, (h, w) float32, that a pixel of ``rgb`` (h, w, 3) uint8 sRGB is a person."""

    def close(self) -> None:
        """Release what it holds."""


class PersonSegmenter:
    """MediaPipe selfie segmentation (general model, 256 x 256, in the wheel). One instance per worker."""

    def __init__(self) -> None:
        with quiet_mediapipe():
            self._model = one_thread(SelfieSegmentation)(model_selection=0)
            # The graph's threads start, and chatter, with the first picture.
            self._model.process(np.zeros((64, 64, 3), np.uint8))

    def segment(self, rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Probability 0..1, (h, w) float32, that a pixel of ``rgb`` (h, w, 3) uint8 sRGB is a person."""
        height, width = rgb.shape[:2]
        small = cv2.resize(rgb, (256, 256), interpolation=cv2.INTER_AREA)
        mask = self._model.process(small).segmentation_mask
        return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)

    def close(self) -> None:
        """Release the model."""
        self._model.close()
