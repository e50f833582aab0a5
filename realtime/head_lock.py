"""What is fixed to the head, carried from one frame to another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_pose import HeadPose


def head_motion(source: HeadPose, target: HeadPose) -> npt.NDArray[np.float64]:
    """(2, 3) similarity from pixels of the frame of ``source`` to pixels of the frame of ``target``.

    Turning and nodding are left out: the outline of a round head stays where it is when the head turns,
    so a mask carried by translation, size and roll stays on it.
    """
    angle = np.radians(target.roll - source.roll)
    scale = target.scale / source.scale
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    linear = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([linear, target.translation - linear @ source.translation])


def compose_affine(outer: npt.NDArray[np.float64], inner: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(2, 3) affine that applies ``inner`` first, then ``outer``."""
    return np.column_stack([outer[:, :2] @ inner[:, :2], outer[:, :2] @ inner[:, 2] + outer[:, 2]])


def resize_affine(source: tuple[int, int], target: tuple[int, int]) -> npt.NDArray[np.float64]:
    """(2, 3) affine that a resize from ``source`` to ``target`` (width, height) makes of pixel centres."""
    factor = np.array(target, np.float64) / np.array(source, np.float64)
    return np.column_stack([np.diag(factor), 0.5 * factor - 0.5])


def invert_affine(affine: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(2, 3) affine that undoes ``affine``."""
    linear = np.linalg.inv(affine[:, :2])
    return np.column_stack([linear, -linear @ affine[:, 2]])


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
