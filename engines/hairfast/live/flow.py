"""How what a keyframe showed has moved since, in the aligned square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine, invert_affine
from engines.face import Face
from engines.head_pose import HeadPose

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

GRID = 64
"""Cells of the flow along a side of the square."""
# The spline is smooth: it is evaluated at so many cells a side and enlarged.
_COARSE = 32

# FaceMesh points that speech and blinking hardly move: forehead, temples, in front of the ears, nose, eye
# corners, cheeks.
_CHIN = 152
_STABLE = (
    *(10, 67, 297, 103, 332, 54, 284, 21, 251, 162, 389, 127, 356, 234, 454, 93, 323, 151, 9),
    *(168, 6, 197, 195, 4, 33, 263, 133, 362, 50, 280, 205, 425),
)
# Hair lies about on this ellipsoid of the head frame, cm; see engines/strands/body.py for the skull below.
_CENTER, _RADII = np.array([0.0, 3.1, -1.8]), np.array([8.9, 11.2, 10.2])
# The outline of the hair, as far as the ellipsoid tells; and the square's border, which does not move.
_OUTLINE = 1.03
_OUTLINE_POINTS = 16
_EDGE = np.linspace(0.0, 1.0, 5)
_RINGS = ((0.0, 1), (0.4, 6), (0.7, 10))
"""Where on the visible half of the ellipsoid: distance from its middle as seen, 0..1, and how many."""
_BORDER = np.array([(x, y) for x in _EDGE for y in _EDGE if x in (0.0, 1.0) or y in (0.0, 1.0)])
# Tracked points are not exact: smoothing in units of the spline's kernel.
_SMOOTHING = 0.0008


@dataclass(frozen=True, slots=True)
class HeadPoints:
    """Points that move with a head, as one frame shows them.

    ``surface`` (m, 3): on the hair's surface, facing the camera in the keyframe, cm of the head frame;
    ``normals`` (k, 2): the sides of the outline that follow the head. ``points`` (n, 2): where the tracked
    points, those of the surface and the outline's were in the square, 0..1 from edge to edge.
    """

    surface: F64
    normals: F64
    points: F64

    @staticmethod
    def of(face: Face, to_frame: F64, size: int) -> HeadPoints:
        """The points of a keyframe; ``to_frame`` (2, 3): pixels of its square of ``size`` to the frame's."""
        toward = face.pose.rotation[2]
        across = np.cross(toward, (0.0, 1.0, 0.0))
        across /= np.linalg.norm(across)
        upward = np.cross(across, toward)
        surface = np.array(
            [
                _CENTER + _RADII * (radius * (np.cos(a) * across + np.sin(a) * upward) + depth * toward)
                for radius, count in _RINGS
                for depth in (np.sqrt(1.0 - radius * radius),)
                for a in 2 * np.pi * np.arange(count) / count
            ]
        )
        angles = 2 * np.pi * np.arange(_OUTLINE_POINTS) / _OUTLINE_POINTS
        normals = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        to_square = invert_affine(to_frame)
        # What lies below the chin is not round, and hangs: the outline ends there.
        chin = apply_affine(to_square, face.landmarks[_CHIN, None, :2].astype(np.float64))[0, 1]
        normals = normals[_outline(face.pose, normals, to_square)[:, 1] < chin]
        return HeadPoints(surface, normals, _moving(face, surface, normals, to_square, size))

    def flow(self, face: Face, to_frame: F64, size: int) -> F32:
        """(GRID, GRID, 2) float32: per cell of the square at ``face`` how far away, in sides of the square
        (x, y), the keyframe showed what is there now; all 0 where the head was only moved, scaled and leaned.

        ``to_frame`` (2, 3): pixels of the square of ``size`` to the frame of ``face``. A thin-plate spline
        (F. L. Bookstein, "Principal Warps", IEEE PAMI 1989) that need not pass through the points quite.
        """
        now = _moving(face, self.surface, self.normals, invert_affine(to_frame), size)
        centers = np.concatenate([now, _BORDER])
        values = np.concatenate([self.points - now, np.zeros_like(_BORDER)])
        count = len(centers)
        system = np.zeros((count + 3, count + 3))
        system[:count, :count] = _kernel(centers, centers)
        system[:count, :count] += _SMOOTHING * np.eye(count)
        system[:count, count] = 1.0
        system[:count, count + 1 :] = centers
        system[count:, :count] = system[:count, count:].T
        weights = np.linalg.solve(system, np.concatenate([values, np.zeros((3, 2))]))
        nodes = _nodes(_COARSE)
        bent = _kernel(nodes, centers.astype(np.float32)) @ weights[:count].astype(np.float32)
        plane = weights[count] + nodes @ weights[count + 1 :]
        coarse = (bent + plane).astype(np.float32).reshape(_COARSE, _COARSE, 2)
        return np.asarray(cv2.resize(coarse, (GRID, GRID), interpolation=cv2.INTER_CUBIC), np.float32)


def sample_grid(flow: F32) -> F32:
    """(1, 64, 64, 2) float32: where to read, -1..1 between the square's edges, for ``flow``."""
    return np.asarray(2.0 * (_nodes(GRID).reshape(GRID, GRID, 2) + flow) - 1.0, np.float32)[None]


def _moving(face: Face, surface: F64, normals: F64, to_square: F64, size: int) -> F64:
    tracked = face.landmarks[list(_STABLE), :2].astype(np.float64)
    points = np.concatenate([tracked, face.pose.project(surface)[:, :2]])
    outline = _outline(face.pose, normals, to_square)
    return np.asarray((np.concatenate([apply_affine(to_square, points), outline]) + 0.5) / size)


def _outline(pose: HeadPose, normals: F64, to_square: F64) -> F64:
    """(k, 2): where the outline of the ellipsoid, px of the square, faces ``normals``.

    A projected ellipsoid is the ellipse whose support function is the length of the normal in the metric
    ``A = P diag(radii^2) P'``: it touches its tangent there at ``A n / sqrt(n' A n)``.
    """
    center = apply_affine(to_square, pose.project(_CENTER)[None, :2])
    axes = to_square[:, :2] @ pose.matrix[:2] * (_OUTLINE * _RADII)
    along = normals @ axes
    return np.asarray(center + (along @ axes.T) / np.linalg.norm(along, axis=1, keepdims=True))


def _nodes(count: int) -> F32:
    """(count^2, 2): the middles of the cells of a grid over the square."""
    axis = (np.arange(count, dtype=np.float32) + 0.5) / count
    return np.asarray(np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2))


def _kernel(points: npt.NDArray[Any], centers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """r^2 log r between every point and every centre."""
    square = (points[:, None, 0] - centers[None, :, 0]) ** 2 + (points[:, None, 1] - centers[None, :, 1]) ** 2
    return np.asarray(0.5 * square * np.log(np.maximum(square, 1e-12)))
