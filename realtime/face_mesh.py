"""MediaPipe FaceMesh: 478 landmarks of the largest faces of a video."""

from __future__ import annotations

import os

# mediapipe's C++ logs through glog, which reads its level when the library is loaded.
os.environ.setdefault("GLOG_minloglevel", "3")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import numpy as np
import numpy.typing as npt
from mediapipe.python.solutions.face_mesh import FaceMesh as MediaPipeFaceMesh

from realtime.settings import TrackerSettings


class FaceMesh:
    """The landmark network in video mode; one instance per stream, calls in order, from any thread."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._max_side = settings.max_side
        self._network = MediaPipeFaceMesh(
            max_num_faces=2,
            refine_landmarks=True,
            min_detection_confidence=settings.detection_confidence,
            min_tracking_confidence=settings.tracking_confidence,
        )

    def detect(self, rgb: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.float64]]:
        """Landmarks of each face in ``rgb`` (h, w, 3) uint8: (478, 3) float64, px; x right, y down,
        z towards the camera with the network's own origin (about the middle of the head)."""
        height, width = rgb.shape[:2]
        shrink = self._max_side / max(width, height)
        if shrink < 1.0:
            size = (round(width * shrink), round(height * shrink))
            rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        # The graph keeps no reference to the pixels, and refuses strided arrays.
        found = self._network.process(np.ascontiguousarray(rgb)).multi_face_landmarks or []
        scale = np.array([width, height, -width], np.float64)
        return [np.array([(p.x, p.y, p.z) for p in face.landmark], np.float64) * scale for face in found]

    def close(self) -> None:
        """Free the network."""
        self._network.close()
