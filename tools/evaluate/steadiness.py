"""Whether the hair's outline goes with the head, and mattes with the truth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from tools.evaluate.scene import Scene
from tools.evaluate.shown_frame import ShownFrame

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_STILL = 0.33
_MOVING = (1.0, 3.0)
"""Degrees a frame: below 10°/s and 30 to 90°/s at 30 frames a second."""


class OutlineSteadiness:
    """``IoU_t = IoU(mask[t], warp(mask[t-1]))`` of the layer (alpha > 0.5), carried by the motion of the face
    between the two pictures; the mean over frames in which the head holds still, and over those in which it
    turns by 1 to 3 degrees from one to the next."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._former: tuple[Face, F32] | None = None
        self._still: list[float] = []
        self._moving: list[float] = []

    def add(self, frame: ShownFrame) -> None:
        """Take a frame into account; frames come in order."""
        former, self._former = self._former, None
        if frame.alpha is None or frame.face is None or frame.face.opacity < 1.0:
            return
        self._former = frame.face, frame.alpha
        step = self._scene.steps[frame.index]
        if former is None or step is None or frame.index < self._scene.clip.rate:
            return
        size = (frame.alpha.shape[1], frame.alpha.shape[0])
        carried = np.asarray(cv2.warpAffine(former[1], step, size), np.float32)
        agreement = iou(frame.alpha > 0.5, carried > 0.5)
        turn = frame.face.pose.angle_to(former[0].pose)
        if turn < _STILL:
            self._still.append(agreement)
        elif _MOVING[0] <= turn <= _MOVING[1]:
            self._moving.append(agreement)

    def values(self) -> dict[str, float]:
        """``iou_still`` and ``iou_moving``, as far as there were at least five such frames."""
        found = (("iou_still", self._still), ("iou_moving", self._moving))
        return {name: float(np.mean(values)) for name, values in found if len(values) >= 5}


def iou(a: Mask, b: Mask) -> float:
    """Intersection over union of two masks; 1 where both are empty."""
    union = int((a | b).sum())
    return int((a & b).sum()) / union if union else 1.0


def dtssd(predicted: Sequence[F32], truth: Sequence[F32]) -> float:
    """Mean over frames of ``100 sqrt(mean(((p[t] - p[t-1]) - (g[t] - g[t-1]))²))``, mattes (h, w) in 0..1.

    Erofeev et al., "Perceptually Motivated Benchmark for Video Matting", BMVC 2015, scaled as in the
    evaluation code of RVM (Lin et al., WACV 2022).
    """
    pairs = list(zip(predicted, truth, strict=True))
    errors = [
        100.0 * float(np.sqrt(np.mean(((p - p0) - (g - g0)) ** 2))) for (p0, g0), (p, g) in pairwise(pairs)
    ]
    return float(np.mean(errors))
