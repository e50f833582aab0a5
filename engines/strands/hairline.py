"""The hairline of one person's head."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.head_shape import HeadShape
from engines.strands.body import SKULL, hairline_table

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


def hairline_points(shape: HeadShape) -> F64:
    """(n, 3) the hairline of the person's left side on the skull, head-frame cm, from front to back."""
    azimuth, height = hairline_table().astype(np.float64).T
    radii, center = np.array(SKULL.radii), np.array(SKULL.center)
    ring = np.sqrt(np.maximum(1.0 - ((height - center[1]) / radii[1]) ** 2, 0.0))
    reach = ring / np.hypot(np.sin(azimuth) / radii[0], np.cos(azimuth) / radii[2])
    points = np.column_stack([reach * np.sin(azimuth), height, center[2] + reach * np.cos(azimuth)])
    return shape.apply(points)


def fitted_hairline(shape: HeadShape) -> F32:
    """(n, 2) float32 as of ``body.hairline_table``, about the middle of the skull of a head of ``shape``."""
    points = hairline_points(shape)
    azimuth = np.arctan2(np.abs(points[:, 0]), points[:, 2] - SKULL.center[2] * shape.skull[2])
    return np.column_stack([np.maximum.accumulate(azimuth), points[:, 1]]).astype(np.float32)


def height_over_hairline(points: npt.ArrayLike, shape: HeadShape) -> F64:
    """How far ``points`` (..., 3), head-frame cm, lie above the hairline at their azimuth, cm."""
    p, table = np.asarray(points), fitted_hairline(shape)
    azimuth = np.arctan2(np.abs(p[..., 0]), p[..., 2] - SKULL.center[2] * shape.skull[2])
    return np.asarray(p[..., 1] - np.interp(azimuth, table[:, 0], table[:, 1]))
