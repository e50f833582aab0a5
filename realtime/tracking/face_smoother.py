"""Steadies a face without lag: the pose promptly, what is left of the landmarks slowly.

The noise of a landmark network is mostly in single points, the motion mostly in the pose. So the pose is
filtered lightly, and the landmarks in the head's own frame, where a turning head stands still, heavily.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.head_pose import HeadPose
from realtime.tracking.one_euro import OneEuro

F64 = npt.NDArray[np.float64]


class FaceSmoother:
    """One-Euro filters over the pose (rotation, log scale, translation) and the landmarks on the head."""

    def __init__(self) -> None:
        # Tuned on webcam clips: about half of the network's jitter stays on a still head, and a moving one
        # is followed no worse than the unfiltered fit (measured against a zero-phase smoothing of it).
        self._rotation = OneEuro(min_cutoff=1.0, beta=16.0)
        self._log_scale = OneEuro(min_cutoff=0.7, beta=50.0)
        self._translation = OneEuro(min_cutoff=1.0, beta=4.0)
        self._local = OneEuro(min_cutoff=1.5, beta=2.0)
        self._unit: float | None = None

    def __call__(self, pose: HeadPose, landmarks: F64, time: float) -> tuple[HeadPose, F64]:
        """The steadied pose and landmarks (478, 3) (x px, y px, depth px) at ``time`` seconds."""
        # Translation is filtered in centimetres of the first frame, so that the cutoffs mean the same
        # for near and far heads.
        self._unit = self._unit or pose.scale
        local = self._local(pose.unproject(landmarks), time)
        rotation = self._rotation(pose.rotation.reshape(9), time).reshape(3, 3)
        u, _, vt = np.linalg.svd(rotation)
        scale = float(np.exp(self._log_scale(np.log([pose.scale]), time)[0]))
        translation = self._translation(pose.translation / self._unit, time) * self._unit
        steady = HeadPose(u @ vt, scale, translation)
        return steady, steady.project(local)

    def reset(self) -> None:
        """Forget the past: the next face passes unfiltered."""
        for part in (self._rotation, self._log_scale, self._translation, self._local):
            part.reset()
        self._unit = None
