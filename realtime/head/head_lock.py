"""What is fixed to the head, in pictures of another size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engines.face import Face
from engines.head_pose import HeadPose


def moved_face(face: Face, factor: float, shift: tuple[float, float] = (0.0, 0.0)) -> Face:
    """``face`` in a picture that was moved by ``shift`` px (x, y) and then resized by ``factor``."""
    offset = np.array([*shift, 0.0], np.float32)
    center = 0.5 * factor - 0.5
    landmarks = (face.landmarks + offset) * np.float32(factor)
    landmarks[:, :2] += np.float32(center)
    pose = HeadPose(
        face.pose.rotation, face.pose.scale * factor, (face.pose.translation + shift) * factor + center
    )
    return replace(face, landmarks=landmarks, pose=pose)
