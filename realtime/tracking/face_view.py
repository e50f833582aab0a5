"""A small upright picture of one face: what the landmark network looks at."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, resize_affine
from engines.head_pose import HeadPose

F64 = npt.NDArray[np.float64]

SIZE = 288
"""Side of the view, px."""
PIXELS_PER_CM = 8.0
"""Scale of the head in the view: 36 cm across, a face with its surroundings."""
# Faces so many times as large as in the view are shrunk before they are turned.
_COARSE = 3
# The head-frame point in the middle of the view: the middle of the face, cm.
_MIDDLE = (0.0, -1.0, 5.0)


@dataclass(frozen=True, slots=True)
class FaceView:
    """A similarity that brings a face upright and at one size into the middle of a square picture.

    ``center`` (2,): the middle of the face in the frame, px; ``scale``: px of the frame per cm of the head;
    ``angle``: degrees the head leans towards image right.
    """

    center: F64
    scale: float
    angle: float

    @staticmethod
    def of(pose: HeadPose) -> FaceView:
        """The view of a head in ``pose``."""
        return FaceView(pose.project(_MIDDLE)[:2], pose.scale, pose.roll)

    def ahead(self, last: FaceView, share: float) -> FaceView:
        """This view moved on by ``share`` of its motion since ``last``."""
        turn = (self.angle - last.angle + 180.0) % 360.0 - 180.0
        return FaceView(
            self.center + share * (self.center - last.center),
            self.scale * (self.scale / last.scale) ** share,
            self.angle + share * turn,
        )

    def unturned(self, turns: int, width: int, height: int) -> FaceView:
        """This view of a picture that ``np.rot90`` turned ``turns`` times, in the picture of that size as it
        was before."""
        x, y = self.center
        for size in ((width, height), (height, width), (width, height))[:turns][::-1]:
            x, y = size[0] - 1 - y, x
        return FaceView(np.array([x, y]), self.scale, self.angle + 90.0 * turns)

    @property
    def to_frame(self) -> F64:
        """(2, 3) affine from view pixels to frame pixels."""
        zoom = self.scale / PIXELS_PER_CM
        cosine, sine = zoom * math.cos(math.radians(self.angle)), zoom * math.sin(math.radians(self.angle))
        linear = np.array([[cosine, -sine], [sine, cosine]])
        return np.column_stack([linear, self.center - linear @ np.full(2, (SIZE - 1) / 2)])

    def cut(self, rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """(SIZE, SIZE, 3) uint8: the view of the frame ``rgb`` (h, w, 3)."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        to_frame, shrink = self.to_frame, int(self.scale / PIXELS_PER_CM)
        if shrink >= _COARSE:
            # A photo's face has many pixels for each of the view: they are averaged first.
            height, width = rgb.shape[:2]
            reach = 0.75 * SIZE * self.scale / PIXELS_PER_CM
            low = np.clip(self.center - reach, 0, (width - 1, height - 1)).astype(int)
            high = np.clip(self.center + reach, low + 1, (width, height)).astype(int)
            part = rgb[low[1] : high[1], low[0] : high[0]]
            size = (max(1, part.shape[1] // shrink), max(1, part.shape[0] // shrink))
            rgb = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
            to_frame[:, 2] -= low
            to_frame = compose_affine(resize_affine((part.shape[1], part.shape[0]), size), to_frame)
        view = cv2.warpAffine(rgb, to_frame, (SIZE, SIZE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(view, np.uint8)

    def to_frame_points(self, points: F64) -> F64:
        """Points (n, 3) of the view (x, y, depth in px) in the frame."""
        affine = self.to_frame
        placed = points * (self.scale / PIXELS_PER_CM)
        placed[:, :2] = points[:, :2] @ affine[:, :2].T + affine[:, 2]
        return placed
