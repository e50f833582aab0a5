"""The outline of a head with its hair, as seen by a camera: a parameter along it and the way out to it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

STEP = 0.65
"""Of the outline's parameter below the middle of the skull, cm."""
FAN = 48
"""Steps of the half circle above it."""


@dataclass(frozen=True, slots=True)
class Spine:
    """What an outline lies around: a half line from the skull's middle down, in the picture, y up, cm.

    The outline's parameter runs from the bottom up on the left, around the top and down on the right;
    ``rows`` steps belong to each side.
    """

    x: float
    y: float
    rows: int

    @property
    def count(self) -> int:
        """How many steps the outline has."""
        return 2 * self.rows + FAN + 1

    def rays(self, steps: F64) -> tuple[F64, F64]:
        """(n, 2) where the way out begins and (n, 2) its direction, at parameters ``steps`` (n,)."""
        right = steps - self.rows - FAN
        down = STEP * np.maximum(np.maximum(self.rows - steps, right), 0.0)
        angle = np.pi * (1.0 - np.clip((steps - self.rows) / FAN, 0.0, 1.0))
        start = np.column_stack([np.full(len(steps), self.x), self.y - down])
        return start, np.column_stack([np.cos(angle), np.sin(angle)])

    def place(self, points: F64) -> tuple[F64, F64]:
        """(...,) outline parameter and (...,) distance from the spine, cm, of ``points`` (..., 2)."""
        dx, dy = points[..., 0] - self.x, points[..., 1] - self.y
        angle = np.arctan2(np.maximum(dy, 0.0), dx)
        above = self.rows + (1.0 - angle / np.pi) * FAN
        below = np.where(dx < 0.0, self.rows + dy / STEP, self.rows + FAN - dy / STEP)
        return np.where(dy >= 0.0, above, below), np.where(dy >= 0.0, np.hypot(dx, dy), np.abs(dx))


def reach_of(mask: npt.NDArray[np.uint8], to_mask: F64, spine: Spine, furthest: float) -> F64:
    """(n,) how far from the spine the last pixel of ``mask`` (h, w) is on every way out, cm; 0 for none.

    ``to_mask`` (2, 3): affine from the picture, y up, cm, to the pixels of ``mask``.
    """
    start, direction = spine.rays(np.arange(spine.count, dtype=np.float64))
    far = np.arange(0.0, furthest, 0.05)
    points = start[:, None] + direction[:, None] * far[None, :, None]
    pixels = (points @ to_mask[:, :2].T + to_mask[:, 2]).astype(np.float32)
    seen = np.asarray(cv2.remap(mask, pixels[..., 0], pixels[..., 1], cv2.INTER_NEAREST))
    return np.asarray((far * (seen > 0)).max(axis=1))


def widened(reach: F64, steps: int) -> F64:
    """``reach`` smoothed along the outline over ``steps``, nowhere nearer than it was."""
    column = reach.astype(np.float32)[:, None]
    grown = cv2.dilate(column, np.ones((2 * steps + 1, 1), np.uint8))
    return np.asarray(cv2.blur(grown, (1, 2 * steps + 1), borderType=cv2.BORDER_REPLICATE)[:, 0], np.float64)
