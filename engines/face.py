"""A tracked face, as engines see it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.light import Light


@dataclass(frozen=True, slots=True)
class Face:
    """One face in one frame.

    ``landmarks`` (478, 3) float32: FaceMesh points in the frame: x px, y px down, depth px towards the camera
    with the head origin at 0 (the depth that ``pose.project`` gives). ``size``: the frame's (width, height).
    ``opacity``: 0..1, below 1 while the face is being lost or regained. ``time``: seconds of the stream.
    """

    landmarks: npt.NDArray[np.float32]
    pose: HeadPose
    size: tuple[int, int]
    shape: HeadShape = field(default_factory=HeadShape)
    light: Light = field(default_factory=Light)
    opacity: float = 1.0
    time: float = 0.0
