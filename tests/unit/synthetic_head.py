"""A drawn head with hair on a known background, and its tracked face, for tests."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.light import Light

U8 = npt.NDArray[np.uint8]
SKIN = (205, 160, 135)
HAIR = (60, 40, 30)
SHIRT = (40, 90, 160)


def face_at(x: float, y: float, scale: float, size: tuple[int, int], time: float = 0.0) -> Face:
    """The mean face, frontal, its head origin at (x, y) px."""
    pose = HeadPose(np.eye(3), scale, np.array([x, y], np.float64))
    light = Light(black=0.0, blur=0.0, noise=0.0)
    return Face(pose.project(mean_face()).astype(np.float32), pose, size, light=light, time=time)


def background(width: int, height: int) -> U8:
    """A smooth room: gradients that leave no doubt which pixel is which."""
    u, v = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    return np.dstack([90 + 60 * u, 130 + 40 * v, 120 - 50 * u * v]).astype(np.uint8)


def draw_person(rgb: U8, face: Face) -> npt.NDArray[np.float32]:
    """Draw shirt, neck, hair and face into ``rgb``; returns the person's mask, (h, w) 0 or 1."""
    before = rgb.copy()
    scale = face.pose.scale
    x, y = face.pose.translation

    def ellipse(cx: float, cy: float, rx: float, ry: float, color: tuple[int, int, int]) -> None:
        center = (round(x + cx * scale), round(y - cy * scale))
        cv2.ellipse(rgb, center, (round(rx * scale), round(ry * scale)), 0, 0, 360, color, -1)

    ellipse(0, -32, 20, 16, SHIRT)
    ellipse(0, -12, 5, 7, SKIN)
    ellipse(0, 4.5, 9.3, 11.0, HAIR)
    ellipse(0, -1.5, 6.8, 9.0, SKIN)
    return np.asarray((rgb != before).any(-1), np.float32)
