"""Depth of the head and body in front of which, or behind which, hair is drawn."""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]

FAR = np.float32(-1e9)
"""Depth where nothing occludes."""


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def add_ellipsoids(depth: F32, to_head: F32, origin: F32, bodies: F32) -> None:
    """Raise ``depth`` (h, w), px towards the camera, to the front surface of each ellipsoid.

    ``to_head`` (3, 3): inverse of HeadPose.matrix. ``origin`` (2,): the head origin in buffer pixels.
    ``bodies`` (n, 6): centre and radii in head-frame cm. A ray is p(z) = to_head @ (x, y, z); its entry into
    the ellipsoid solves a quadratic in z.
    """
    height, width = depth.shape
    for e in range(bodies.shape[0]):
        cx, cy, cz = bodies[e, 0], bodies[e, 1], bodies[e, 2]
        ix, iy, iz = 1.0 / bodies[e, 3], 1.0 / bodies[e, 4], 1.0 / bodies[e, 5]
        dx, dy, dz = to_head[0, 2] * ix, to_head[1, 2] * iy, to_head[2, 2] * iz
        qa = dx * dx + dy * dy + dz * dz
        half = 0.5 / qa
        for y in range(height):
            v = y - origin[1]
            for x in range(width):
                u = x - origin[0]
                ox = (to_head[0, 0] * u + to_head[0, 1] * v - cx) * ix
                oy = (to_head[1, 0] * u + to_head[1, 1] * v - cy) * iy
                oz = (to_head[2, 0] * u + to_head[2, 1] * v - cz) * iz
                qb = 2.0 * (ox * dx + oy * dy + oz * dz)
                disc = qb * qb - 4.0 * qa * (ox * ox + oy * oy + oz * oz - 1.0)
                z = np.float32((math.sqrt(max(disc, 0.0)) - qb) * half)
                if disc > 0.0 and z > depth[y, x]:
                    depth[y, x] = z


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def add_mesh(depth: F32, vertices: F32, triangles: npt.NDArray[np.int32]) -> None:
    """Raise ``depth`` (h, w) to a triangle mesh; ``vertices`` (n, 3): buffer x, y and depth in px."""
    height, width = depth.shape
    # Single precision and unsigned indices: the inner loop becomes vectors.
    flat, zero, one = depth.reshape(-1), np.float32(-1e-3), np.float32(1.001)
    for f in range(triangles.shape[0]):
        a, b, c = triangles[f, 0], triangles[f, 1], triangles[f, 2]
        x0, y0 = vertices[a, 0], vertices[a, 1]
        ux, uy = vertices[b, 0] - x0, vertices[b, 1] - y0
        vx, vy = vertices[c, 0] - x0, vertices[c, 1] - y0
        area = ux * vy - vx * uy
        if abs(area) < np.float32(1e-6):
            continue
        inverse = np.float32(1.0) / area
        z0 = vertices[a, 2]
        du, dv = vertices[b, 2] - z0, vertices[c, 2] - z0
        left = max(0, math.floor(min(x0, x0 + ux, x0 + vx)))
        right = min(width - 1, math.ceil(max(x0, x0 + ux, x0 + vx)))
        top = max(0, math.floor(min(y0, y0 + uy, y0 + vy)))
        bottom = min(height - 1, math.ceil(max(y0, y0 + uy, y0 + vy)))
        for y in range(top, bottom + 1):
            py = np.float32(y) - y0
            for x in range(left, right + 1):
                px = np.float32(x) - x0
                u = (px * vy - vx * py) * inverse
                v = (ux * py - px * uy) * inverse
                at = np.uintp(y * width + x)
                z = z0 + u * du + v * dv
                inside = (u >= zero) & (v >= zero) & (u + v <= one)
                flat[at] = z if inside & (z > flat[at]) else flat[at]


def upright(
    bodies: F32, rotation: npt.NDArray[np.float64], pivot: F32
) -> tuple[F32, npt.NDArray[np.float64]]:
    """``bodies`` (n, 6) that stay upright when the head leans to its side, about ``pivot`` (3,) in cm.

    Also returns the rotation (3, 3) of the frame they are in now, in place of the head's ``rotation``.
    """
    angle = np.arctan2(rotation[0, 1], rotation[1, 1])
    cosine, sine = np.cos(angle), np.sin(angle)
    back = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]]) @ rotation
    moved = bodies.copy()
    moved[:, :3] += (back.T @ rotation @ pivot - pivot).astype(np.float32)
    return moved, back


def face_occluder(landmarks: F32, scale: float) -> F32:
    """The face mesh as an occluder: (468, 3) float32, a little inside the face.

    Shrunk by 1.5 % about its centre (a mesh larger than the face leaves a bright rim at the far cheek) and
    pushed back by 0.35 cm (so that a fringe lying on the forehead is not cut).
    """
    mesh = landmarks[:468]
    center = mesh.mean(axis=0)
    occluder = (mesh - center) * np.float32(0.985) + center
    occluder[:, 2] -= np.float32(0.35 * scale)
    return np.ascontiguousarray(occluder, np.float32)
