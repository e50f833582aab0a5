"""A reference made by hand: a head of hair of known colour and outline before a green wall."""

from __future__ import annotations

import numpy as np

from engines.face import Face
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.reference.reference import Reference, ReferenceColors

SCALE = 10.0
HAIR = (120, 70, 40)
WALL = (20, 220, 30)
SKIN = (225, 180, 160)


def turned(yaw: float, pitch: float = 0.0, scale: float = SCALE) -> HeadPose:
    y, p = np.radians([yaw, pitch])
    across = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    up = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    return HeadPose(up @ across, scale, np.array([20.0, 20.0]) * scale)


def face_at(pose: HeadPose, size: tuple[int, int] = (400, 450)) -> Face:
    return Face(pose.project(mean_face()).astype(np.float32), pose, size)


def reference(bottom: float = -16.0) -> Reference:
    """Hair around the face, 11 cm to each side and down to ``bottom`` cm, darker in stripes."""
    pose = turned(0.0)
    down, across = np.indices((450, 400))
    x, y = (across - pose.translation[0]) / SCALE, (pose.translation[1] - down) / SCALE
    outer = np.where(y > 3.0, np.hypot(x, y - 3.0), np.abs(x)) < 11.0
    inner = (np.hypot(x / 6.5, (y + 1.0) / 9.5) < 1.0) | ((np.abs(x) < 6.0) & (y < -1.0))
    hair = outer & ~inner & (y > bottom)
    rgb = np.full((450, 400, 3), WALL, np.uint8)
    rgb[inner] = SKIN
    rgb[hair] = HAIR
    rgb[hair & (across % 9 < 3)] = (90, 52, 30)
    return Reference(
        rgb,
        (255 * hair).astype(np.uint8),
        face_at(pose).landmarks,
        pose,
        HeadShape(),
        ReferenceColors("#784628"),
        "long-straight",
    )
