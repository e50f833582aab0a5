"""A neutral shaded head to see hair on from any angle, without a person."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_crop import HeadCrop
from engines.head_geometry import face_triangles, mean_face
from engines.head_pose import HeadPose
from engines.look import Look
from engines.palette import linear_to_srgb
from engines.strands.body import BODY, Ellipsoid
from engines.strands.engine import StrandEngine
from tools.studio import Studio

F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

_SKIN = np.array([0.50, 0.40, 0.34])
_GROUND = 0.62
_LIGHT = np.array([0.25, 0.5, 0.83])
_AMBIENT = 0.35
_IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def turned_face(yaw: float, size: tuple[int, int], scale: float) -> Face:
    """The mean face turned by ``yaw`` degrees, ``scale`` px per cm, a little above the middle of ``size``."""
    c, s = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
    rotation = np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    pose = HeadPose(rotation, scale, np.array([size[0] / 2, size[1] * 0.42]))
    return Face(pose.project(mean_face()).astype(np.float32), pose, size)


def mannequin(pose: HeadPose, size: tuple[int, int]) -> F64:
    """The shaded head, neck and shoulders, (h, w, 3) linear RGB on a grey ground."""
    picture = np.full((size[1], size[0], 3), _GROUND)
    depth = np.full((size[1], size[0]), -np.inf)
    for body in BODY:
        _draw_ellipsoid(picture, depth, body, pose)
    _draw_face(picture, pose)
    return picture


def hair_on_mannequin(
    studio: Studio, look: Look, yaws: tuple[float, ...], size: tuple[int, int], scale: float
) -> list[U8]:
    """One picture for each of ``yaws`` (degrees), (h, w, 3) uint8 sRGB."""
    crop = HeadCrop(np.zeros((8, 8, 3), np.uint8), _IDENTITY, _IDENTITY)
    pictures = []
    for yaw in yaws:
        # Between frames an engine remembers which hair is hidden: no head turns this far in one.
        engine = StrandEngine(studio.library)
        prepared = engine.prepare(look)
        face = turned_face(yaw, size, scale)
        picture = mannequin(face.pose, size)
        layer = engine.render(face, engine.keyframe(crop, face, prepared))
        if layer is not None:
            hair = cv2.warpAffine(layer.rgba, layer.to_frame, size, flags=cv2.INTER_LINEAR)
            picture = picture * (1.0 - hair[..., 3:]) + hair[..., :3]
        pictures.append(np.asarray(np.rint(linear_to_srgb(picture) * 255.0), np.uint8))
        engine.close()
    return pictures


def _lambert(normals: F64) -> F64:
    """Shaded skin for camera-axes ``normals`` (..., 3)."""
    light = _LIGHT / np.linalg.norm(_LIGHT)
    brightness = _AMBIENT + (1.0 - _AMBIENT) * np.clip(normals @ light, 0.0, 1.0)
    return np.asarray(brightness[..., None] * _SKIN)


def _draw_ellipsoid(picture: F64, depth: F64, body: Ellipsoid, pose: HeadPose) -> None:
    """Cast a ray per pixel: |D (origin + t direction - centre)| = 1 with D = 1 / radii, the nearer root."""
    height, width = depth.shape
    x, y = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
    origin = pose.unproject(np.stack([x, y, np.zeros_like(x)], axis=-1)) - body.center
    towards = pose.unproject([0.0, 0.0, 1.0]) - pose.unproject([0.0, 0.0, 0.0])
    radii = np.array(body.radii)
    o, d = origin / radii, towards / radii
    a, b, c = d @ d, o @ d, (o * o).sum(axis=-1) - 1.0
    inside = b * b - a * c
    hit = inside > 0.0
    t = (-b + np.sqrt(np.maximum(inside, 0.0))) / a
    nearer = hit & (t > depth)
    normals = ((o[nearer] + t[nearer, None] * d) / radii) @ pose.rotation.T
    depth[nearer] = t[nearer]
    picture[nearer] = _lambert(normals / np.linalg.norm(normals, axis=-1, keepdims=True))


def _draw_face(picture: F64, pose: HeadPose) -> None:
    """Paint the face's triangles from back to front; those that look away are left out."""
    points = mean_face()
    triangles = face_triangles()
    corners = points[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) @ pose.rotation.T
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    image = pose.project(points)[triangles]
    colors = _lambert(normals)
    for index in np.argsort(image[..., 2].mean(axis=1)):
        if normals[index, 2] > 0.0:
            polygon = np.rint(image[index, :, :2] * 16).astype(np.int32)
            cv2.fillConvexPoly(picture, polygon, colors[index].tolist(), cv2.LINE_AA, shift=4)
