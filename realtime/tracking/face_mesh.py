"""MediaPipe FaceMesh: 478 landmarks of a face."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
import numpy.typing as npt
from mediapipe.python.solutions.face_mesh import FaceMesh as MediaPipeFaceMesh

from realtime.settings import TrackerSettings
from realtime.tracking.one_thread import one_thread
from realtime.tracking.quiet_mediapipe import quiet_mediapipe

# A landmark on the wire: tag and length, then tag and value of x, y and z
# (https://protobuf.dev/programming-guides/encoding).
_LANDMARK = np.dtype(
    [("begin", "<u2"), ("tx", "u1"), ("x", "<f4"), ("ty", "u1"), ("y", "<f4"), ("tz", "u1"), ("z", "<f4")]
)
_BEGIN = 0x0F0A


class FaceMesh:
    """The landmark network in video mode; one instance per stream, calls in order, from any thread."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._seen = False
        with quiet_mediapipe():
            self._network = one_thread(MediaPipeFaceMesh)(
                max_num_faces=1,
                refine_landmarks=True,
                min_detection_confidence=settings.detection_confidence,
                min_tracking_confidence=settings.tracking_confidence,
            )
            # The graph's threads start, and chatter, with the first picture.
            self._network.process(np.zeros((64, 64, 3), np.uint8))

    def landmarks(self, rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64] | None:
        """The landmarks of the face in ``rgb`` (h, w, 3) uint8: (478, 3) float64, px; x right, y down,
        z towards the camera with the network's own origin (about the middle of the head)."""
        # The half of the graph behind the detector starts, and chatters, with the first face.
        with nullcontext() if self._seen else quiet_mediapipe():
            found = self._network.process(rgb).multi_face_landmarks
        if not found:
            return None
        self._seen = True
        height, width = rgb.shape[:2]
        points = _points(found[0])
        # The network's coordinates count from the corner of the first pixel, ours from its centre.
        return points * (width, height, -width) - (0.5, 0.5, 0.0)

    def close(self) -> None:
        """Free the network."""
        self._network.close()


def _points(landmarks: Any) -> npt.NDArray[np.float64]:
    """(n, 3) of a NormalizedLandmarkList: all at once, or one by one where it looks different."""
    wire = landmarks.SerializeToString()
    if len(wire) == _LANDMARK.itemsize * len(landmarks.landmark):
        fields = np.frombuffer(wire, _LANDMARK)
        if (fields["begin"] == _BEGIN).all():
            return np.stack([fields[axis].astype(np.float64) for axis in "xyz"], axis=1)
    return np.array([(p.x, p.y, p.z) for p in landmarks.landmark], np.float64)
