"""The face to put hair on: the largest, steadied, held through short losses.

The landmark network looks at a small view in which the predicted face stands upright, still and at one
size. It gives slightly different landmarks for a face that sits differently in its input, and on its own it
only follows the last frame: on a moving head the view cuts the error of the pose to a third.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_pose import HeadPose
from realtime.settings import TrackerSettings
from realtime.tracking.face_finder import FaceFinder
from realtime.tracking.face_mesh import FaceMesh
from realtime.tracking.face_smoother import FaceSmoother
from realtime.tracking.face_view import FaceView
from realtime.tracking.pose_fit import fit_pose
from realtime.tracking.presence import Presence

F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

# A new face is looked at so often before it counts, so that the view has settled on it.
_LOOKS = 3
# Two views show the same person when their middles are nearer than this, cm of the head.
_SAME_PERSON = 9.0
# The motion of a lost face dies out with this time constant, seconds.
_COAST = 0.15
# Motion is not predicted over more than so many times the last interval.
_MAX_AHEAD = 2.0


class FaceTracker:
    """Follows one face through a stream. Calls in order, from any thread."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._settings = settings
        self._finder = FaceFinder(settings)
        self._mesh = FaceMesh(settings)
        self._smoother = FaceSmoother()
        self._presence = Presence(settings)
        self._views: list[tuple[float, FaceView]] = []
        self._last: Face | None = None
        self._velocity: F64 = np.zeros(2)
        self._searched = -math.inf
        self._rivals = 0
        self.appearances = 0
        """How many times a face was taken up anew; it grows when tracking is regained."""
        self.seen = False
        """Whether the face is in the last frame, and not only expected there."""

    def track(self, rgb: U8, time: float) -> Face | None:
        """The face in ``rgb`` (h, w, 3) uint8 sRGB at ``time`` seconds; ``None``: there is none."""
        size = (rgb.shape[1], rgb.shape[0])
        if self._last is not None and self._last.size != size:
            self._forget()
        found = self._follow(rgb, time) or self._search(rgb, time)
        self.seen = found is not None
        opacity = self._presence.update(self.seen, time)
        if found is None:
            return self._coast(opacity, time)
        pose, landmarks = found
        if self._last is None:
            self.appearances += 1
            self._smoother.reset()
        pose, landmarks = self._smoother(pose, landmarks, time)
        # Views follow the steadied pose, so that a still head stays still in the network's input.
        self._views = [*self._views[-1:], (time, FaceView.of(pose))]
        self._velocity = self._speed(pose, time)
        self._last = Face(landmarks.astype(np.float32), pose, size, opacity=opacity, time=time)
        return self._last

    def reset(self) -> None:
        """Forget the face and its past; the next one fades in. The clock may begin anew."""
        self._forget()
        self._presence.drop()

    def close(self) -> None:
        """Free the networks."""
        self._finder.close()
        self._mesh.close()

    def _forget(self) -> None:
        self._last = None
        self._views = []
        self._velocity = np.zeros(2)
        self._rivals = 0
        self._searched = -math.inf

    def _follow(self, rgb: U8, time: float) -> tuple[HeadPose, F64] | None:
        """The face known from the last frame, where its motion should have brought it."""
        if not self._views or self._larger_rival(rgb, time):
            return None
        then, view = self._views[-1]
        if len(self._views) == 2 and then > self._views[0][0]:
            share = (time - then) / (then - self._views[0][0])
            view = view.ahead(self._views[0][1], min(max(share, 0.0), _MAX_AHEAD))
        found = self._look(rgb, view)
        if found is None:
            self._views = []
        return found

    def _search(self, rgb: U8, time: float) -> tuple[HeadPose, F64] | None:
        """A face anywhere; while a lost one is still shown, only that one."""
        self._searched = time
        if self._last is not None:
            lost = FaceView.of(self._last.pose)
            return self._first(rgb, [view for view in self._finder.near(rgb) if _same(view, lost)])
        return self._first(rgb, self._finder.near(rgb)) or self._first(rgb, self._finder.far(rgb))

    def _first(self, rgb: U8, views: list[FaceView]) -> tuple[HeadPose, F64] | None:
        """The first of ``views`` that the landmark network takes for a face."""
        for view in views:
            found = self._look(rgb, view)
            for _ in range(_LOOKS - 1):
                found = found and self._look(rgb, FaceView.of(found[0]))
            if found is not None:
                return found
        return None

    def _look(self, rgb: U8, view: FaceView) -> tuple[HeadPose, F64] | None:
        landmarks = self._mesh.landmarks(view.cut(rgb))
        return None if landmarks is None else fit_pose(view.to_frame_points(landmarks))

    def _larger_rival(self, rgb: U8, time: float) -> bool:
        """Whether somebody clearly larger is in the picture, twice in a row; then the face is given up."""
        if time - self._searched < self._settings.search_interval:
            return False
        self._searched = time
        mine = self._views[-1][1]
        seen = self._finder.near(rgb)
        own_scale = max((view.scale for view in seen if _same(view, mine)), default=mine.scale)
        others = [view for view in seen if not _same(view, mine)]
        larger = any(view.scale > self._settings.take_over * own_scale for view in others)
        self._rivals = self._rivals + 1 if larger else 0
        if self._rivals < 2:
            return False
        self.reset()
        return True

    def _speed(self, pose: HeadPose, time: float) -> F64:
        if self._last is None or time <= self._last.time:
            return np.zeros(2)
        return np.asarray((pose.translation - self._last.pose.translation) / (time - self._last.time))

    def _coast(self, opacity: float, time: float) -> Face | None:
        """The last face moved on as it was moving, or ``None`` once it has faded out."""
        if self._last is None:
            return None
        if opacity <= 0.0:
            self.reset()
            return None
        since = max(time - self._last.time, 0.0)
        shift = self._velocity * _COAST * (1.0 - math.exp(-since / _COAST))
        pose = replace(self._last.pose, translation=self._last.pose.translation + shift)
        landmarks = self._last.landmarks.copy()
        landmarks[:, :2] += shift.astype(np.float32)
        return replace(self._last, landmarks=landmarks, pose=pose, opacity=opacity, time=time)


def _same(one: FaceView, other: FaceView) -> bool:
    return float(np.linalg.norm(one.center - other.center)) < _SAME_PERSON * max(one.scale, other.scale)
