"""The face to put hair on: the largest, steadied, held through short losses."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_pose import HeadPose
from realtime.face_mesh import FaceMesh
from realtime.face_smoother import FaceSmoother
from realtime.pose_fit import fit_pose
from realtime.presence import Presence
from realtime.settings import TrackerSettings

F64 = npt.NDArray[np.float64]

# Another face takes over only when it is so much larger, so that the hair does not hop between people.
_TAKE_OVER = 1.3
# A face farther than this many face sizes from the last one is another person.
_SAME_PERSON = 0.7
# The motion of a lost face dies out with this time constant in seconds.
_COAST = 0.15


class FaceTracker:
    """Follows one face through a stream. Calls in order, from any thread."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._settings = settings
        self._mesh = FaceMesh(settings)
        self._smoother = FaceSmoother()
        self._presence = Presence(settings)
        self._last: Face | None = None
        self._velocity: F64 = np.zeros(2)
        self.appearances = 0
        """How many times a face was taken up anew; it grows when tracking is regained."""

    def track(self, rgb: npt.NDArray[np.uint8], time: float) -> Face | None:
        """The face in ``rgb`` (h, w, 3) uint8 sRGB at ``time`` seconds; ``None``: there is none."""
        size = (rgb.shape[1], rgb.shape[0])
        if self._last is not None and self._last.size != size:
            self.reset()
        landmarks = self._choose(self._mesh.detect(rgb))
        opacity = self._presence.update(landmarks is not None, time)
        if landmarks is None:
            return self._coast(opacity, time)
        if self._last is None:
            self.appearances += 1
            self._smoother.reset()
        pose, placed = fit_pose(landmarks)
        pose, placed = self._smoother(pose, placed, time)
        self._velocity = self._speed(pose, time)
        self._last = Face(placed.astype(np.float32), pose, size, opacity=opacity, time=time)
        return self._last

    def reset(self) -> None:
        """Forget the face and its past."""
        self._last = None
        self._velocity = np.zeros(2)
        self._presence = Presence(self._settings)

    def close(self) -> None:
        """Free the network."""
        self._mesh.close()

    def _choose(self, faces: list[F64]) -> F64 | None:
        """The largest face; the one already followed keeps its place against one slightly larger."""
        if not faces:
            return None
        largest = max(faces, key=_extent)
        if self._last is None:
            return largest
        center = self._last.landmarks[:, :2].mean(axis=0)
        known = min(faces, key=lambda face: float(np.linalg.norm(face[:, :2].mean(axis=0) - center)))
        distance = float(np.linalg.norm(known[:, :2].mean(axis=0) - center))
        if distance > _SAME_PERSON * max(_extent(known), _extent(self._last.landmarks)):
            # Somebody else: not before the lost one has faded out.
            return None
        if largest is not known and _extent(largest) > _TAKE_OVER * _extent(known):
            self.reset()
            return largest
        return known

    def _speed(self, pose: HeadPose, time: float) -> F64:
        if self._last is None or time <= self._last.time:
            return np.zeros(2)
        return np.asarray((pose.translation - self._last.pose.translation) / (time - self._last.time))

    def _coast(self, opacity: float, time: float) -> Face | None:
        """The last face moved on as it was moving, or ``None`` once it has faded out."""
        if self._last is None or opacity <= 0.0:
            self._last = None
            return None
        since = max(time - self._last.time, 0.0)
        shift = self._velocity * _COAST * (1.0 - math.exp(-since / _COAST))
        pose = replace(self._last.pose, translation=self._last.pose.translation + shift)
        landmarks = self._last.landmarks.copy()
        landmarks[:, :2] += shift.astype(np.float32)
        return replace(self._last, landmarks=landmarks, pose=pose, opacity=opacity, time=time)


def _extent(landmarks: npt.NDArray[np.float32] | F64) -> float:
    """The size of a face in px that a turn of the head changes little: the longer side of its box."""
    return float(np.ptp(landmarks[:, :2], axis=0).max())
