"""Faces of single pictures, whatever was seen before them."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
from mediapipe.python.solutions.face_mesh import FaceMesh

from engines.face import Face
from realtime.tracking.pose_fit import fit_pose
from realtime.tracking.quiet_mediapipe import quiet_mediapipe

U8 = npt.NDArray[np.uint8]


class FreshFaces:
    """Faces of single pictures, found without what was seen before; a context manager."""

    def __init__(self) -> None:
        with quiet_mediapipe():
            self._network = FaceMesh(static_image_mode=True, max_num_faces=2, refine_landmarks=True)
            self._network.process(np.zeros((64, 64, 3), np.uint8))

    def __call__(self, rgb: U8, time: float) -> tuple[Face, ...]:
        """The faces in ``rgb`` (h, w, 3) uint8 sRGB."""
        height, width = rgb.shape[:2]
        faces = []
        for found in self._network.process(rgb).multi_face_landmarks or ():
            points = np.array([(p.x, p.y, p.z) for p in found.landmark], np.float64)
            pose, landmarks = fit_pose(points * (width, height, -width) - (0.5, 0.5, 0.0))
            faces.append(Face(landmarks.astype(np.float32), pose, (width, height), time=time))
        return tuple(faces)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._network.close()
