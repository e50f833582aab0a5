"""The geometry of a head, neck and shoulders, pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from engines.head_geometry import face_triangles
from engines.head_pose import HeadPose
from engines.strands.body import FACE, NECK, SHOULDERS, SKULL

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
I32 = npt.NDArray[np.int32]

NOTHING, HEAD, THROAT, TORSO, FACE_MESH = range(5)
_FAR = -1e9
# Ears and upper arms, centre and radii in cm, beside the body that hair lies on.
_EARS = ((7.3, 0.0, -0.8), (0.9, 3.2, 1.9))
_ARMS = ((21.0, -36.0, -5.0), (7.0, 17.0, 7.5))
_FACE_MARGIN = 0.97


@dataclass(frozen=True, slots=True)
class Body:
    """``part`` (h, w) uint8: NOTHING, HEAD, THROAT, TORSO or FACE_MESH. ``normal`` (h, w, 3): unit, camera
    axes. ``position`` (h, w, 3): head frame, cm. ``source`` (h, w, 2): where the face mesh takes its texture,
    px of it. ``depth`` (h, w): px towards the camera."""

    part: U8
    normal: F32
    position: F32
    source: F32
    depth: F32


def trace_body(pose: HeadPose, points: npt.ArrayLike, texture: npt.ArrayLike, side: int) -> Body:
    """The body of a head whose face is ``points`` (478, 3), cm; ``texture`` (478, 2): see Body.source."""
    body = Body(
        np.zeros((side, side), np.uint8),
        np.zeros((side, side, 3), np.float32),
        np.zeros((side, side, 3), np.float32),
        np.zeros((side, side, 2), np.float32),
        np.full((side, side), _FAR, np.float32),
    )
    ellipsoids: list[tuple[int, tuple[float, ...], tuple[float, ...]]] = [
        (HEAD, SKULL.center, SKULL.radii),
        (HEAD, FACE.center, tuple(_FACE_MARGIN * radius for radius in FACE.radii)),
        (THROAT, NECK.center, NECK.radii),
        (TORSO, SHOULDERS.center, SHOULDERS.radii),
    ]
    for sign in (-1.0, 1.0):
        for part, (place, size) in ((HEAD, _EARS), (TORSO, _ARMS)):
            ellipsoids.append((part, (sign * place[0], *place[1:]), size))
    for part, center, radii in ellipsoids:
        cast_ellipsoid(body, pose, part, center, radii)
    p = np.asarray(points, np.float64)[:468]
    triangles = face_triangles()
    triangles = np.ascontiguousarray(triangles[(triangles < 468).all(axis=1)])
    _mesh(
        body.part, body.normal, body.position, body.source, body.depth,
        pose.project(p).astype(np.float32), p.astype(np.float32),
        (_vertex_normals(p, triangles) @ pose.rotation.T).astype(np.float32),
        np.ascontiguousarray(np.asarray(texture, np.float32)[:468, :2]), triangles, FACE_MESH,
    )  # fmt: skip
    return body


def cast_ellipsoid(
    body: Body, pose: HeadPose, part: int, center: tuple[float, ...], radii: tuple[float, ...]
) -> None:
    """Put an axis-aligned ellipsoid of the head frame, cm, in front of what lies behind it."""
    _cast(
        body.part, body.normal, body.position, body.depth,
        np.linalg.inv(pose.matrix).astype(np.float32), pose.translation.astype(np.float32),
        pose.rotation.astype(np.float32), np.array([*center, *radii], np.float32), part,
    )  # fmt: skip


def _vertex_normals(points: npt.NDArray[np.float64], triangles: I32) -> npt.NDArray[np.float64]:
    a, b, c = (points[triangles[:, i]] for i in range(3))
    flat = np.cross(b - a, c - a)
    normals = np.zeros_like(points)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], flat)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9))


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _cast(
    part: U8,
    normal: F32,
    position: F32,
    depth: F32,
    to_head: F32,
    origin: F32,
    rotation: F32,
    body: F32,
    label: int,
) -> None:
    height, width = depth.shape
    ix, iy, iz = 1.0 / body[3], 1.0 / body[4], 1.0 / body[5]
    dx, dy, dz = to_head[0, 2], to_head[1, 2], to_head[2, 2]
    ex, ey, ez = dx * ix, dy * iy, dz * iz
    qa = ex * ex + ey * ey + ez * ez
    for y in range(height):
        v = y - origin[1]
        for x in range(width):
            u = x - origin[0]
            px = to_head[0, 0] * u + to_head[0, 1] * v
            py = to_head[1, 0] * u + to_head[1, 1] * v
            pz = to_head[2, 0] * u + to_head[2, 1] * v
            ox, oy, oz = (px - body[0]) * ix, (py - body[1]) * iy, (pz - body[2]) * iz
            qb = ox * ex + oy * ey + oz * ez
            inside = qb * qb - qa * (ox * ox + oy * oy + oz * oz - 1.0)
            if inside <= 0.0:
                continue
            z = np.float32((np.sqrt(inside) - qb) / qa)
            if z <= depth[y, x]:
                continue
            depth[y, x] = z
            part[y, x] = label
            hx, hy, hz = px + z * dx, py + z * dy, pz + z * dz
            position[y, x, 0], position[y, x, 1], position[y, x, 2] = hx, hy, hz
            nx, ny, nz = (hx - body[0]) * ix * ix, (hy - body[1]) * iy * iy, (hz - body[2]) * iz * iz
            length = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz)
            for axis in range(3):
                turned = rotation[axis, 0] * nx + rotation[axis, 1] * ny + rotation[axis, 2] * nz
                normal[y, x, axis] = turned * length


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _mesh(
    part: U8,
    normal: F32,
    position: F32,
    source: F32,
    depth: F32,
    vertices: F32,
    points: F32,
    normals: F32,
    texture: F32,
    triangles: I32,
    label: int,
) -> None:
    height, width = depth.shape
    for f in range(triangles.shape[0]):
        a, b, c = triangles[f, 0], triangles[f, 1], triangles[f, 2]
        x0, y0 = vertices[a, 0], vertices[a, 1]
        ux, uy = vertices[b, 0] - x0, vertices[b, 1] - y0
        vx, vy = vertices[c, 0] - x0, vertices[c, 1] - y0
        area = ux * vy - vx * uy
        # Counter-clockwise seen from outside is clockwise with y down: what looks away is positive.
        if area > -1e-6:
            continue
        left = max(0, int(np.floor(min(x0, x0 + ux, x0 + vx))))
        right = min(width - 1, int(np.ceil(max(x0, x0 + ux, x0 + vx))))
        top = max(0, int(np.floor(min(y0, y0 + uy, y0 + vy))))
        bottom = min(height - 1, int(np.ceil(max(y0, y0 + uy, y0 + vy))))
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                u = ((x - x0) * vy - vx * (y - y0)) / area
                v = (ux * (y - y0) - (x - x0) * uy) / area
                w = 1.0 - u - v
                if u < -1e-3 or v < -1e-3 or w < -1e-3:
                    continue
                z = w * vertices[a, 2] + u * vertices[b, 2] + v * vertices[c, 2]
                # The mesh is the face's skin: ellipsoids that reach a little through it do not count.
                if part[y, x] == label and z <= depth[y, x]:
                    continue
                depth[y, x] = z
                part[y, x] = label
                for axis in range(3):
                    normal[y, x, axis] = w * normals[a, axis] + u * normals[b, axis] + v * normals[c, axis]
                    position[y, x, axis] = w * points[a, axis] + u * points[b, axis] + v * points[c, axis]
                for axis in range(2):
                    source[y, x, axis] = w * texture[a, axis] + u * texture[b, axis] + v * texture[c, axis]
