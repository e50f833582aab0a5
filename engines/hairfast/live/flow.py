"""How what a keyframe showed has moved since, in the aligned square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine, invert_affine
from engines.face import Face

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

GRID = 64
"""Cells of the flow along a side of the square."""
# The spline is smooth: it is evaluated at so many cells a side and enlarged.
_COARSE = 32

# FaceMesh points that speech and blinking hardly move: forehead, temples, in front of the ears, nose, eye
# corners, cheeks.
_STABLE = (
    *(10, 67, 297, 103, 332, 54, 284, 21, 251, 162, 389, 127, 356, 234, 454, 93, 323, 151, 9),
    *(168, 6, 197, 195, 4, 33, 263, 133, 362, 50, 280, 205, 425),
)
# Hair lies about on this ellipsoid of the head frame, cm; see engines/strands/body.py for the skull below.
_CENTER, _RADII = np.array([0.0, 3.1, -1.8]), np.array([8.9, 11.2, 10.2])
# Turning the head leaves its outline where it is; this far outside of it nothing moves any more.
_OUTLINE = 1.12
_OUTLINE_POINTS, _BORDER_POINTS = 16, 5
_RINGS = ((0.0, 1), (0.45, 6), (0.8, 10))
"""Where on the visible half of the ellipsoid: distance from its middle as seen, 0..1, and how many."""
# Tracked points are not exact: smoothing in units of the spline's kernel.
_SMOOTHING = 0.002


@dataclass(frozen=True, slots=True)
class HeadPoints:
    """Points that move with a head, as one frame shows them.

    ``points`` (n, 2): in the aligned square, 0..1 from edge to edge. ``surface`` (m, 3): those on the hair's
    surface in the head frame, cm, facing the camera in the keyframe; ``outline`` (k, 2): the square's
    coordinates of what does not move.
    """

    points: F64
    surface: F64
    outline: F64

    @staticmethod
    def of(face: Face, to_frame: F64, size: int) -> HeadPoints:
        """The points of a keyframe; ``to_frame`` (2, 3): pixels of its square of ``size`` to the frame's."""
        toward = face.pose.rotation[2]
        across = np.cross(toward, (0.0, 1.0, 0.0))
        across /= np.linalg.norm(across)
        upward = np.cross(across, toward)
        surface = [
            _CENTER + _RADII * (radius * (np.cos(a) * across + np.sin(a) * upward) + depth * toward)
            for radius, count in _RINGS
            for depth in (np.sqrt(1.0 - radius * radius),)
            for a in 2 * np.pi * np.arange(count) / count
        ]
        angles = 2 * np.pi * np.arange(_OUTLINE_POINTS) / _OUTLINE_POINTS
        rim = [_CENTER + _OUTLINE * _RADII * (np.cos(a) * across + np.sin(a) * upward) for a in angles]
        to_square = invert_affine(to_frame)
        outline = _normal(apply_affine(to_square, face.pose.project(rim)[:, :2]), size)
        edge = np.linspace(0.0, 1.0, _BORDER_POINTS)
        border = np.array([(x, y) for x in edge for y in edge if {x, y} & {0.0, 1.0}])
        # What lies below the chin is not round, and hangs: the outline ends there.
        chin = _normal(apply_affine(to_square, face.landmarks[152, None, :2].astype(np.float64)), size)[0, 1]
        still = np.concatenate([outline[outline[:, 1] < chin], border])
        return HeadPoints(_moving(face, np.array(surface), to_square, size), np.array(surface), still)

    def flow(self, face: Face, to_frame: F64, size: int) -> F32:
        """(GRID, GRID, 2) float32: per cell of the square at ``face`` how far away, in sides of the square
        (x, y), the keyframe showed what is there now; all 0 where the head was only moved, scaled and leaned.

        ``to_frame`` (2, 3): pixels of the square of ``size`` to the frame of ``face``. A thin-plate spline
        (F. L. Bookstein, "Principal Warps", IEEE PAMI 1989) that need not pass through the points quite.
        """
        now = _moving(face, self.surface, invert_affine(to_frame), size)
        centers = np.concatenate([now, self.outline])
        values = np.concatenate([self.points - now, np.zeros_like(self.outline)])
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


def _moving(face: Face, surface: F64, to_square: F64, size: int) -> F64:
    tracked = face.landmarks[list(_STABLE), :2].astype(np.float64)
    points = np.concatenate([tracked, face.pose.project(surface)[:, :2]])
    return _normal(apply_affine(to_square, points), size)


def _normal(pixels: F64, size: int) -> F64:
    return np.asarray((pixels + 0.5) / size)


def _nodes(count: int) -> F32:
    """(count^2, 2): the middles of the cells of a grid over the square."""
    axis = (np.arange(count, dtype=np.float32) + 0.5) / count
    return np.asarray(np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2))


def _kernel(points: npt.NDArray[Any], centers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """r^2 log r between every point and every centre."""
    square = (points[:, None, 0] - centers[None, :, 0]) ** 2 + (points[:, None, 1] - centers[None, :, 1]) ** 2
    return np.asarray(0.5 * square * np.log(np.maximum(square, 1e-12)))
