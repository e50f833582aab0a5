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
F64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_MOVING = (1.0, 3.0)
"""Degrees a frame: 30 to 90°/s at 30 frames a second."""


class OutlineSteadiness:
    """``IoU_t = IoU(mask[t], warp(mask[t-1]))`` of the layer (alpha > 0.5).

    ``iou_still``: mean over the windows in which the head holds still, carried by the motion of the face
    between the two pictures. ``iou_moving``: mean over frames in which the head turns by 1 to 3 degrees
    from one to the next, carried by the head's translation, size and roll: the outline of a round head stays
    where it is when it turns, which what the face does would not.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._windows = {
            index
            for window in scene.windows
            for index in range(window.first + 1, window.first + len(window.motions))
        }
        self._former: tuple[Face, F32] | None = None
        self._still: list[float] = []
        self._moving: list[float] = []

    def add(self, frame: ShownFrame) -> None:
        """Take a frame into account; frames come in order."""
        former, self._former = self._former, None
        if frame.alpha is None or frame.face is None or frame.face.opacity < 1.0:
            return
        self._former = frame.face, frame.alpha
        if former is None or frame.index < self._scene.clip.rate:
            return
        step = self._scene.steps[frame.index]
        if frame.index in self._windows and step is not None:
            self._still.append(_agreement(former[1], frame.alpha, step))
        elif _MOVING[0] <= frame.face.pose.angle_to(former[0].pose) <= _MOVING[1]:
            motion = former[0].pose.motion_to(frame.face.pose)
            self._moving.append(_agreement(former[1], frame.alpha, motion))

    def values(self) -> dict[str, float]:
        """``iou_still`` and ``iou_moving``, as far as there were at least five such frames."""
        found = (("iou_still", self._still), ("iou_moving", self._moving))
        return {name: float(np.mean(values)) for name, values in found if len(values) >= 5}


def _agreement(before: F32, after: F32, motion: F64) -> float:
    carried = np.asarray(cv2.warpAffine(before, motion, (after.shape[1], after.shape[0])), np.float32)
    return iou(after > 0.5, carried > 0.5)


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
