"""Somebody else's opinion on where hair is: a network that the pipeline does not use."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_FACE_HEIGHT = 16.3
"""From the chin to the top landmark of the mean face, cm."""
_CROP = 2.8
"""The network's square, in heights of the face, which it was trained on."""
_ABOVE = 0.45


class HairJudge:
    """Hair probability by the teacher in the folder ``teacher`` beside the videos, for judging only.

    ``network``: probability (h, w) float32 of (h, w, 3) uint8 BGR.
    """

    def __init__(self, network: Callable[[U8], F32]) -> None:
        self._network = network

    @classmethod
    def beside(cls, path: Path) -> HairJudge | None:
        """The judge of the fixtures that hold ``path``; ``None``: there is none, or PyTorch is missing."""
        for folder in (path, *path.parents[:2]):
            if (folder / "teacher" / "hair_teacher.py").is_file():
                sys.path.insert(0, str(folder / "teacher"))
                try:
                    teacher = importlib.import_module("hair_teacher").HairTeacher()
                except ImportError:
                    return None
                finally:
                    sys.path.pop(0)
                return cls(teacher)
        return None

    def __call__(self, rgb: U8, face: Face) -> F32:
        """Probability of hair in ``rgb`` (h, w, 3) uint8 sRGB, (h, w) float32; NaN where it was not asked,
        which is farther from ``face`` than the network sees."""
        height, width = rgb.shape[:2]
        side = _CROP * _FACE_HEIGHT * face.pose.scale
        x, y = face.landmarks[:468, :2].mean(axis=0)
        left, top = round(float(x - side / 2)), round(float(y - _ABOVE * side))
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + round(side), width), min(top + round(side), height)
        answer = np.full((height, width), np.nan, np.float32)
        if x1 - x0 < 16 or y1 - y0 < 16:
            return answer
        crop = cv2.copyMakeBorder(
            rgb[y0:y1, x0:x1],
            y0 - top,
            max(top + round(side) - y1, 0),
            x0 - left,
            max(left + round(side) - x1, 0),
            cv2.BORDER_REPLICATE,
        )
        hair = self._network(np.ascontiguousarray(crop[..., ::-1]))
        answer[y0:y1, x0:x1] = hair[y0 - top : y1 - top, x0 - left : x1 - left]
        return answer
