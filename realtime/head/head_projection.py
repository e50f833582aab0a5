"""The head frame laid over a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.strands.body import SKULL
from engines.strands.hairline import height_over_hairline

F32 = npt.NDArray[np.float32]


def head_coordinates(face: Face, width: int, height: int) -> tuple[F32, F32]:
    """Centimetres from the head's origin, upright with its roll: x to image right, y up; (h, w) each."""
    pose = face.pose
    angle = np.radians(pose.roll)
    dx = (np.arange(width, dtype=np.float32) - np.float32(pose.translation[0])) / np.float32(pose.scale)
    dy = (np.float32(pose.translation[1]) - np.arange(height, dtype=np.float32)) / np.float32(pose.scale)
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    x = dx[None, :] * cosine - dy[:, None] * sine
    y = dx[None, :] * sine + dy[:, None] * cosine
    return x, y


@dataclass(frozen=True, slots=True)
class SkullProjection:
    """The skull's outline and front over a picture of (h, w) pixels.

    ``radius`` (h, w) float32: 1 on the outline, less inside, growing evenly outside. ``normals`` (h, w, 3)
    float32: outward unit normals of its front in camera axes (y up), those of the outline beyond it.
    ``scalp`` (h, w) float32: height over the hairline, cm; negative below it and outside the outline.
    ``points`` (h, w, 3) float32: the surface there, head-frame cm, that of the outline beyond it.
    """

    radius: F32
    normals: F32
    scalp: F32
    points: F32


def project_skull(face: Face, width: int, height: int) -> SkullProjection:
    """The skull of ``face``, in the pixels of a picture of (``height``, ``width``)."""
    pose, shape = face.pose, face.shape
    radii = np.array(SKULL.radii) * shape.skull
    center = np.array(SKULL.center) * shape.skull
    # Camera axes, cm: an ellipsoid is r' Q r = 1, and seen along z its outline is the Schur complement of Q.
    quadric = pose.rotation @ np.diag(1.0 / radii**2) @ pose.rotation.T
    along = quadric[2, 2]
    across = quadric[:2, 2]
    outline = quadric[:2, :2] - np.outer(across, across) / along
    origin = pose.project(center)
    dx = ((np.arange(width) - origin[0]) / pose.scale).astype(np.float32)[None, :]
    dy = ((origin[1] - np.arange(height)) / pose.scale).astype(np.float32)[:, None]
    squared = outline[0, 0] * dx * dx + 2.0 * outline[0, 1] * dx * dy + outline[1, 1] * dy * dy
    radius = np.sqrt(squared).astype(np.float32)
    shrink = 1.0 / np.maximum(radius, 1.0)
    px, py = dx * shrink, dy * shrink
    depth = np.sqrt(np.maximum(1.0 - np.minimum(squared, 1.0), 0.0) / along)
    pz = depth - (across[0] * px + across[1] * py) / along
    points = np.stack([px, py, pz], axis=-1).astype(np.float32)
    normals = points @ quadric.astype(np.float32)
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-6)
    surface = points @ pose.rotation.astype(np.float32) + center.astype(np.float32)
    rise = height_over_hairline(surface, shape).astype(np.float32)
    scalp = np.where(radius < 1.0, rise, np.minimum(rise, 0.0) - (radius - 1.0) * radii[0])
    return SkullProjection(radius, normals.astype(np.float32), scalp.astype(np.float32), surface)
