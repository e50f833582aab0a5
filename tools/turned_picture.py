"""A picture of a head, turned in depth."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_geometry import face_triangles
from engines.strands.body import FACE, SKULL, Ellipsoid

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_STEPS = 12
_COARSE = 4
_SOFT = 0.45
"""Standard deviation that depth is smoothed with, cm: no picture has what lies behind a sharp edge."""


class TurnedPicture:
    """Turns the head of a picture by up to about 30 degrees; shoulders and background stay.

    Every pixel of the head has a depth: the landmarks' mesh in the face, skull and jaw as ellipsoids around
    it, nothing outside, so that the head's outline stays where it is as a real one's does. What a turn
    uncovers is stretched from what was beside it.
    """

    def __init__(self, rgb: U8, face: Face) -> None:
        """``rgb`` (h, w, 3) uint8 sRGB with ``face`` in it."""
        self._rgb = rgb
        depth = _depth(face, rgb.shape[1], rgb.shape[0])
        # Depth is smooth: where pixels come from is found at a quarter of the resolution.
        small = (rgb.shape[1] // _COARSE, rgb.shape[0] // _COARSE)
        self._depth = np.asarray(cv2.resize(depth, small, interpolation=cv2.INTER_AREA) / _COARSE, np.float32)
        self._head = np.clip(self._depth / max(float(self._depth.max()), 1.0) * 3.0, 0.0, 1.0)
        self._aside = np.arange(small[0], dtype=np.float32) - np.float32(face.pose.translation[0] / _COARSE)

    def at(self, yaw: float, pitch: float = 0.0) -> U8:
        """The picture with the head turned by ``yaw`` (towards image right) and ``pitch`` (up), degrees.

        Where the pixel q of the input goes, q + d(q), is known; where a pixel p of the output comes from is
        the fixed point of q = p - d(q).
        """
        s, c = np.sin(np.radians(yaw)), np.cos(np.radians(yaw))
        t = np.sin(np.radians(pitch))
        dx = self._depth * np.float32(s) + self._aside * np.float32(c - 1.0) * self._head
        d = np.dstack([dx, -self._depth * np.float32(t)])
        down, across = np.indices(self._depth.shape, dtype=np.float32)
        moved = np.zeros_like(d)
        for _ in range(_STEPS):
            there = cv2.remap(
                d,
                across - moved[..., 0],
                down - moved[..., 1],
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
            # Half steps: where the picture is compressed, whole ones would swing.
            moved = (moved + there) / 2
        height, width = self._rgb.shape[:2]
        full = cv2.resize(moved, (width, height), interpolation=cv2.INTER_LINEAR) * _COARSE
        down, across = np.indices((height, width), dtype=np.float32)
        x, y = across - full[..., 0], down - full[..., 1]
        turned = cv2.remap(self._rgb, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(turned, np.uint8)


def _depth(face: Face, width: int, height: int) -> F32:
    """(h, w) float32 px: how far the head stands out of the plane through its origin, 0 outside of it."""
    depth = np.zeros((height, width), np.float32)
    for body in (SKULL, FACE):
        np.maximum(depth, _ellipsoid(body, face, width, height), out=depth)
    mesh = np.zeros((height, width), np.float32)
    points = face.landmarks[face_triangles()]
    for corners in points[np.argsort(points[..., 2].mean(axis=1))]:
        polygon = np.rint(corners[:, :2] * 16).astype(np.int32)
        cv2.fillConvexPoly(mesh, polygon, (float(corners[:, 2].mean()),), cv2.LINE_8, shift=4)
    depth = np.where(mesh > 0.0, mesh, depth)
    sigma = _SOFT * face.pose.scale
    return np.asarray(cv2.GaussianBlur(depth, (0, 0), sigma), np.float32)


def _ellipsoid(body: Ellipsoid, face: Face, width: int, height: int) -> F32:
    pose = face.pose
    center = pose.project(body.center)
    x = (np.arange(width, dtype=np.float32) - center[0]) / (pose.scale * body.radii[0])
    y = (np.arange(height, dtype=np.float32) - center[1]) / (pose.scale * body.radii[1])
    rise = np.sqrt(np.clip(1.0 - x[None, :] ** 2 - y[:, None] ** 2, 0.0, 1.0))
    return np.asarray(
        np.maximum(rise * body.radii[2] * pose.scale + center[2], 0.0) * (rise > 0.0), np.float32
    )
