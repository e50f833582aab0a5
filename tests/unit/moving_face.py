"""The astronaut's face placed by a known similarity, and what a tracker should say of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from skimage import data

from engines.head_pose import HeadPose

U8 = npt.NDArray[np.uint8]

# The middle between the ears in the portrait, px.
_HEAD = (225.0, 112.0)


@dataclass(frozen=True, slots=True)
class Placed:
    """The head's middle moved by (``x``, ``y``) px from the frame's centre, leaning left by ``roll`` degrees,
    ``zoom`` times the size it has in the 512 px portrait."""

    x: float = 0.0
    y: float = 0.0
    roll: float = 0.0
    zoom: float = 1.35

    def affine(self, width: int, height: int) -> npt.NDArray[np.float64]:
        """(2, 3): portrait pixels to frame pixels."""
        affine = np.asarray(cv2.getRotationMatrix2D(_HEAD, self.roll, self.zoom), np.float64)
        affine[:, 2] += (width / 2 - _HEAD[0] + self.x, height / 2 - _HEAD[1] + self.y)
        return affine

    def frame(self, width: int = 640, height: int = 480, noise: float = 0.0, seed: int = 0) -> U8:
        """(height, width, 3) uint8 RGB; ``noise``: standard deviation of the camera's, levels."""
        portrait: U8 = data.astronaut()  # type: ignore[no-untyped-call]
        affine = self.affine(width, height)
        frame = cv2.warpAffine(
            portrait, affine, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        if noise:
            grain = np.random.default_rng(seed).normal(0.0, noise, frame.shape)
            frame = np.clip(np.rint(frame + grain), 0, 255)
        return np.asarray(frame, np.uint8)

    def pose(self, reference: HeadPose, placed: Placed, width: int = 640, height: int = 480) -> HeadPose:
        """The pose here, given the pose ``reference`` of the same picture ``placed`` elsewhere."""
        last = np.vstack([placed.affine(width, height), [0.0, 0.0, 1.0]])
        move = self.affine(width, height) @ np.linalg.inv(last)
        angle, factor = math.radians(self.roll - placed.roll), self.zoom / placed.zoom
        turn = np.array(
            [[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]]
        )
        return replace(
            reference,
            rotation=turn @ reference.rotation,
            scale=reference.scale * factor,
            translation=move[:, :2] @ reference.translation + move[:, 2],
        )
