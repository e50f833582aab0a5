"""The square about a face that the matte network looks at."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine, compose_affine, invert_affine, resize_affine
from engines.face import Face

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

SIZE = 256
"""Side of the crop, px."""
FACE_HEIGHTS = 3.0
"""Side of the crop in heights of the face."""
FACE_LEVEL = 0.45
"""The face's middle lies so far down the crop, in parts of its height."""


@dataclass(frozen=True, slots=True)
class MatteCrop:
    """``to_frame`` (2, 3): the similarity from crop pixels to the frame's, pixel centres at whole numbers."""

    to_frame: F64

    @staticmethod
    def of(face: Face) -> MatteCrop:
        """The crop for ``face``, in the pixels of its landmarks."""
        return MatteCrop.at(face.landmarks, face.pose.roll)

    @staticmethod
    def at(landmarks: npt.ArrayLike, roll: float) -> MatteCrop:
        """The crop for a face of ``landmarks`` (478, 2 or 3; px) that leans ``roll`` degrees to image right.

        Upright with the face, three times as high as the extent of its landmarks, these in its middle from
        left to right and 0.45 down.
        """
        angle = math.radians(roll)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        upright = np.asarray(landmarks, np.float64)[:, :2] @ turn
        low, high = upright.min(axis=0), upright.max(axis=0)
        zoom = FACE_HEIGHTS * max(float(high[1] - low[1]), 1.0) / SIZE
        level = np.array([0.5, FACE_LEVEL]) * SIZE - 0.5
        return MatteCrop(np.column_stack([zoom * turn, turn @ (0.5 * (low + high) - zoom * level)]))

    @property
    def to_crop(self) -> F64:
        """(2, 3) affine from frame pixels to crop pixels."""
        return invert_affine(self.to_frame)

    def cut(self, rgb: U8) -> U8:
        """(256, 256, 3) uint8: the crop of ``rgb`` (h, w, 3), its border repeated outside."""
        height, width = rgb.shape[:2]
        shrink = int(math.sqrt(abs(np.linalg.det(self.to_frame[:, :2]))))
        affine = self.to_crop
        if shrink > 1:
            small = (max(1, width // shrink), max(1, height // shrink))
            rgb = np.asarray(cv2.resize(rgb, small, interpolation=cv2.INTER_AREA), np.uint8)
            affine = compose_affine(affine, resize_affine(small, (width, height)))
        cut = cv2.warpAffine(
            rgb, affine, (SIZE, SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(cut, np.uint8)

    def inside(self, width: int, height: int) -> npt.NDArray[np.bool_]:
        """(256, 256): which pixels of the crop lie within a frame of that size."""
        corner, right, down = apply_affine(self.to_frame, np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
        steps = np.arange(SIZE)
        x, y = (
            corner[axis] + steps * (right - corner)[axis] + steps[:, None] * (down - corner)[axis]
            for axis in (0, 1)
        )
        return np.asarray((x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5))

    def back(self, plane: F32, width: int, height: int) -> F32:
        """``plane`` (256, 256) of the crop in a frame of that size; 0 outside the crop."""
        flags = cv2.INTER_LINEAR
        return np.asarray(cv2.warpAffine(plane, self.to_frame, (width, height), flags=flags), np.float32)
