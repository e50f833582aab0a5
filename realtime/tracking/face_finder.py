"""Where faces are: MediaPipe's face detectors on the whole frame."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from mediapipe.python.solutions.face_detection import FaceDetection

from realtime.settings import TrackerSettings
from realtime.tracking.face_view import FaceView
from realtime.tracking.one_thread import one_thread
from realtime.tracking.quiet_mediapipe import quiet_mediapipe

# Width of the detectors' box on the mean head, cm.
_BOX_CM = 15.0
_RIGHT_EYE, _LEFT_EYE = 0, 1


class FaceFinder:
    """Finds faces anew on every call; one instance per stream."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._max_side = settings.max_side
        # Trained for faces within 2 m and within 5 m.
        detection = one_thread(FaceDetection)
        with quiet_mediapipe():
            self._near, self._far = (
                detection(min_detection_confidence=settings.detection_confidence, model_selection=model)
                for model in (0, 1)
            )
            for network in (self._near, self._far):
                network.process(np.zeros((64, 64, 3), np.uint8))

    def near(self, rgb: npt.NDArray[np.uint8]) -> list[FaceView]:
        """The faces in ``rgb`` (h, w, 3) uint8, the largest first; small ones are missed."""
        return self._find(self._near, rgb)

    def far(self, rgb: npt.NDArray[np.uint8]) -> list[FaceView]:
        """As :meth:`near`, with small faces, for three times the cost; a very large one may be missed."""
        return self._find(self._far, rgb)

    def certainty(self, rgb: npt.NDArray[np.uint8]) -> float:
        """How much ``rgb`` (h, w, 3) uint8 looks like showing an upright face, 0 (none) to 1."""
        found = self._near.process(np.ascontiguousarray(rgb)).detections or []
        return max((float(detection.score[0]) for detection in found), default=0.0)

    def _find(self, network: FaceDetection, rgb: npt.NDArray[np.uint8]) -> list[FaceView]:
        height, width = rgb.shape[:2]
        shrink = self._max_side / max(width, height)
        if shrink < 1.0:
            size = (round(width * shrink), round(height * shrink))
            rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        found = network.process(np.ascontiguousarray(rgb)).detections or []
        views = [_view(detection.location_data, width, height) for detection in found]
        return sorted(views, key=lambda view: -view.scale)

    def close(self) -> None:
        """Free the networks."""
        self._near.close()
        self._far.close()


def _view(location: Any, width: int, height: int) -> FaceView:
    box = location.relative_bounding_box
    eyes = [location.relative_keypoints[index] for index in (_RIGHT_EYE, _LEFT_EYE)]
    angle = math.degrees(math.atan2((eyes[1].y - eyes[0].y) * height, (eyes[1].x - eyes[0].x) * width))
    center = np.array([(box.xmin + box.width / 2) * width, (box.ymin + box.height / 2) * height])
    return FaceView(center, box.width * width / _BOX_CM, angle)
