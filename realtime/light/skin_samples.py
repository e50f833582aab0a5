"""The colour of bare skin at many places of a face, each with its normal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_geometry import face_triangles, mean_face
from realtime.color_tables import LINEAR_OF_SRGB
from realtime.head.face_regions import OVAL

F64 = npt.NDArray[np.float64]

# Skin is looked at through a grain of this many px per cm: pores and noise are no light.
_SCALE = 3.0
# Turned away farther than this (cosine), skin is seen too flat to be read.
_FLAT = 0.2
# Above this, in any channel, a pixel is clipped and tells neither brightness nor colour (8-bit sRGB).
_CLIPPED = 252
# Centre and radii in cm (x, y) on the mean face of what is not skin: eyes, brows, mouth.
_NOT_SKIN = ((3.15, 2.1, 2.2, 1.2), (3.6, 4.2, 2.7, 0.9), (0.0, -4.9, 3.4, 2.0))


@dataclass(frozen=True, slots=True)
class SkinSamples:
    """``normals`` (n, 3) in camera axes, ``linear`` (n, 3) RGB, ``weight`` (n,): the area of skin each stands
    for, 0 where it is turned away or outside; ``clipped`` (n,) bool: too bright for the camera."""

    normals: F64
    linear: F64
    weight: F64
    clipped: npt.NDArray[np.bool_]


def sample_skin(
    rgb: npt.NDArray[np.uint8], face: Face, hair: npt.NDArray[np.float32] | None = None
) -> SkinSamples:
    """The skin of ``face`` in ``rgb`` (h, w, 3) uint8 sRGB.

    ``hair``: own hair 0..1 over the same picture at any resolution; skin below it does not count.
    """
    index, mean_normals, area = _skin()
    points = face.landmarks[index, :2].astype(np.float64)
    height, width = rgb.shape[:2]
    inside = ((points >= 0.0) & (points <= np.array([width, height]) - 1.0)).all(axis=1)
    low = np.clip(np.floor(points.min(axis=0)).astype(int) - 2, 0, (width - 2, height - 2))
    high = np.clip(np.ceil(points.max(axis=0)).astype(int) + 3, low + 2, (width, height))
    part = rgb[low[1] : high[1], low[0] : high[0]]
    factor = min(1.0, _SCALE / face.pose.scale)
    size = (max(2, round(part.shape[1] * factor)), max(2, round(part.shape[0] * factor)))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    grid = np.array(size) / (part.shape[1], part.shape[0])
    column, row = np.clip(((points - low + 0.5) * grid).astype(int), 0, np.array(size) - 1).T
    color = small[row, column]
    normals = mean_normals @ face.pose.rotation.T
    weight = area * inside * (normals[:, 2] > _FLAT) * np.clip(normals[:, 2] * 1.5, 0.0, 1.0)
    if hair is not None:
        at = points * (np.array(hair.shape[1::-1]) / (width, height))
        x, y = np.clip(at.astype(int), 0, np.array(hair.shape[1::-1]) - 1).T
        weight = weight * (1.0 - np.clip(2.0 * hair[y, x], 0.0, 1.0))
    return SkinSamples(
        normals, LINEAR_OF_SRGB[color].astype(np.float64), weight, (color >= _CLIPPED).any(axis=1)
    )


@cache
def _skin() -> tuple[npt.NDArray[np.intp], F64, F64]:
    """Landmarks on skin, their normals in the head frame and their area on the mean face, cm²."""
    mean, triangles = mean_face(), face_triangles()
    corners = mean[triangles]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(mean)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], across / 6.0)
    area = np.linalg.norm(normals, axis=1)
    bare = area > 0.05
    bare[OVAL] = False
    for x, y, half_width, half_height in _NOT_SKIN:
        away = ((np.abs(mean[:, 0]) - x) / half_width) ** 2 + ((mean[:, 1] - y) / half_height) ** 2
        bare &= away > 1.0
    index = np.flatnonzero(bare)
    return index, normals[index] / area[index, None], area[index]
