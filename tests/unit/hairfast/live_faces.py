"""Faces of the mean head in any pose, for tests of the live engine."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose

F64 = npt.NDArray[np.float64]


def rotation(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> F64:
    """Head axes to camera axes; degrees, as ``HeadPose`` names them."""
    y, p, r = np.radians([yaw, pitch, roll])
    turn = np.array([[np.cos(y), 0.0, np.sin(y)], [0.0, 1.0, 0.0], [-np.sin(y), 0.0, np.cos(y)]])
    nod = np.array([[1.0, 0.0, 0.0], [0.0, np.cos(p), np.sin(p)], [0.0, -np.sin(p), np.cos(p)]])
    lean = np.array([[np.cos(r), np.sin(r), 0.0], [-np.sin(r), np.cos(r), 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(lean @ turn @ nod)


def face_at(
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    *,
    scale: float = 15.0,
    x: float = 320.0,
    y: float = 240.0,
    time: float = 0.0,
) -> Face:
    """The mean face in a frame of 640x480; angles in degrees, ``scale`` px per cm, head origin at (x, y)."""
    pose = HeadPose(rotation(yaw, pitch, roll), scale, np.array([x, y]))
    return Face(pose.project(mean_face()).astype(np.float32), pose, (640, 480), time=time)
