"""A part of a photo, upright with one head in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine, compose_affine, resize_affine
from engines.face import Face
from realtime.tracking.pose_fit import fit_pose

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in the upright picture: cm of the head from its origin, down positive."""


@dataclass(frozen=True, slots=True)
class UprightCut:
    """``rgb`` (h, w, 3) uint8 sRGB, the photo's border repeated beyond it; ``photo`` (h, w) bool: what lies
    within the photo. ``face`` and ``others``, the other faces of the photo: in pixels of ``rgb``.
    """

    rgb: U8
    photo: npt.NDArray[np.bool_]
    face: Face
    others: tuple[Face, ...]

    @staticmethod
    def of(photo: U8, face: Face, others: Sequence[Face], box: Box, tallest: int) -> UprightCut:
        """The part ``box`` around ``face`` of ``photo`` (h, w, 3) uint8 sRGB, as far as the photo reaches.

        At the photo's own scale, or smaller to be at most ``tallest`` px high and wide.
        """
        height, width = photo.shape[:2]
        angle, pose = math.radians(face.pose.roll), face.pose
        up = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        corners = np.array([[x, y] for x in (0.0, width - 1.0) for y in (0.0, height - 1.0)])
        corners = (corners - pose.translation) @ up.T / pose.scale
        low, high = np.maximum(corners.min(0), box[:2]), np.minimum(corners.max(0), box[2:])
        scale = min(pose.scale, tallest / max(float((high - low).max()), 1.0))
        to_cut = np.column_stack([up * scale / pose.scale, np.zeros(2)])
        to_cut[:, 2] = -to_cut[:, :2] @ pose.translation - low * scale
        size = (
            max(16, math.ceil((high[0] - low[0]) * scale)),
            max(16, math.ceil((high[1] - low[1]) * scale)),
        )
        rgb, inside = _warped(photo, to_cut, size, pose.scale / scale)
        moved = [_moved(one, to_cut, size) for one in (face, *others)]
        return UprightCut(rgb, inside, moved[0], tuple(moved[1:]))


def _warped(photo: U8, to_cut: F64, size: tuple[int, int], shrink: float) -> tuple[U8, npt.NDArray[np.bool_]]:
    height, width = photo.shape[:2]
    if shrink > 1.5:
        small = (max(1, round(width / shrink)), max(1, round(height / shrink)))
        photo = np.asarray(cv2.resize(photo, small, interpolation=cv2.INTER_AREA), np.uint8)
        to_cut = compose_affine(to_cut, resize_affine(small, (width, height)))
    rgb = cv2.warpAffine(photo, to_cut, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.ones(photo.shape[:2], np.uint8), to_cut, size)
    return np.asarray(rgb, np.uint8), np.asarray(inside > 0)


def _moved(face: Face, to_cut: F64, size: tuple[int, int]) -> Face:
    landmarks = face.landmarks.astype(np.float64)
    landmarks[:, :2] = apply_affine(to_cut, landmarks[:, :2])
    landmarks[:, 2] *= math.sqrt(abs(np.linalg.det(to_cut[:, :2])))
    pose, points = fit_pose(landmarks)
    return Face(points.astype(np.float32), pose, size)
