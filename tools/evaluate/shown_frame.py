"""A frame as the user gets it, beside what went in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.palette import linear_to_lab
from realtime.color_tables import LINEAR_OF_SRGB
from realtime.frame_result import FrameResult

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ShownFrame:
    """``index`` and ``time`` (s) in the clip, ``camera`` (h, w, 3) uint8 sRGB the input, ``result`` the
    pipeline's; what is read from it is kept."""

    index: int
    time: float
    camera: U8
    result: FrameResult

    @property
    def face(self) -> Face | None:
        """The face as the pipeline follows it."""
        return self.result.face

    @cached_property
    def alpha(self) -> F32 | None:
        """(h, w) float32: the drawn hair's alpha in the frame; ``None`` where none was drawn."""
        layer = self.result.layer
        if layer is None:
            return None
        alpha = np.ascontiguousarray(layer.rgba[..., 3])
        size = (self.camera.shape[1], self.camera.shape[0])
        return np.asarray(cv2.warpAffine(alpha, np.asarray(layer.to_frame, np.float64), size), np.float32)

    @cached_property
    def lightness(self) -> F32:
        """(h, w) float32: L* of what is shown, 0..100."""
        return lightness(self.result.rgb)


def lightness(rgb: U8) -> F32:
    """L* (CIE 15:2004) of (h, w, 3) uint8 sRGB, (h, w) float32."""
    luma = LINEAR_OF_SRGB[rgb] @ np.array([0.2126729, 0.7151522, 0.0721750], np.float32)
    return np.asarray(116.0 * np.cbrt(np.maximum(luma, 0.008856)) - 16.0, np.float32)


def lab(rgb: U8) -> F32:
    """CIE Lab (D65) of (..., 3) uint8 sRGB, (..., 3) float32."""
    return np.asarray(linear_to_lab(LINEAR_OF_SRGB[rgb]), np.float32)
