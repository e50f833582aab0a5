"""A reference of a few pixels, for tests about everything but its looks."""

from __future__ import annotations

import numpy as np

from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.reference.reference import Reference, ReferenceColors

COLORS = ReferenceColors("#402010", "#a08060", "ombre", 0.8)


def small_reference(style: str = "pixie", colors: ReferenceColors = COLORS) -> Reference:
    """Made of noise."""
    random = np.random.default_rng(1)
    return Reference(
        random.integers(0, 255, (40, 30, 3), np.uint8),
        random.integers(0, 255, (40, 30), np.uint8),
        random.random((478, 3), np.float32),
        HeadPose(np.eye(3), 1.5, np.array([3.0, 4.0])),
        HeadShape(),
        colors,
        style,
    )
