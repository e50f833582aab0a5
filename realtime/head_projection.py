"""The head frame laid over a picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.face import Face


def head_coordinates(
    face: Face, width: int, height: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Centimetres from the head's origin, upright with its roll: x to image right, y up; (h, w) each."""
    pose = face.pose
    angle = np.radians(pose.roll)
    dx = (np.arange(width, dtype=np.float32) - np.float32(pose.translation[0])) / np.float32(pose.scale)
    dy = (np.float32(pose.translation[1]) - np.arange(height, dtype=np.float32)) / np.float32(pose.scale)
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    x = dx[None, :] * cosine - dy[:, None] * sine
    y = dx[None, :] * sine + dy[:, None] * cosine
    return x, y
