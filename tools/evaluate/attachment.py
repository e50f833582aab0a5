"""Whether the hair sits on the head, and up to what angle."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_geometry import mean_face
from engines.strands.body import SKULL
from tools.evaluate.scene import Scene
from tools.evaluate.shown_frame import ShownFrame

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_SETTLED = 1.0
_FAR = 1.0
_INSIDE = 1.0
_BARE, _MOST = 0.25, 0.8
_CROWN = np.radians(np.linspace(-50.0, 50.0, 21))
_RIGID = np.flatnonzero((mean_face()[:, 1] > -3.2) & (np.arange(478) < 468))[::8]


class Attachment:
    """Frames in which the hair came off the head, from one second after the clip's begin.

    Each frame's face is found anew in that frame alone. The hair is detached where that face and the pose
    that hair was drawn with are more than 1 cm apart (mean over the rigid landmarks, in the picture), or
    where more than a fifth of the skull's upper outline (±50° about the crown), taken 1 cm inside, is bare
    (mean alpha within 1 cm below 0.25); also where a face was found and no hair drawn. Frames in which no
    face is found anew are not judged.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._begin = scene.clip.frames[0][1]
        self._judged = 0
        self._detached: list[int] = []
        self._yaws: list[float] = []

    def add(self, frame: ShownFrame) -> None:
        """Take a frame into account."""
        if frame.time - self._begin < _SETTLED:
            return
        face = frame.face
        center = face.pose.translation if face is not None else np.zeros(2)
        fresh = self._scene.face_near(frame.index, center)
        if fresh is None:
            return
        self._judged += 1
        if face is not None and frame.alpha is not None and _sits(frame.alpha, fresh, face):
            self._yaws.append(face.pose.yaw)
        else:
            self._detached.append(frame.index)

    @property
    def yaws(self) -> tuple[float, float] | None:
        """The least and the largest yaw at which hair sat on the head, degrees."""
        return (min(self._yaws), max(self._yaws)) if self._yaws else None

    @property
    def detached(self) -> tuple[int, ...]:
        """The indices of the frames in which it did not."""
        return tuple(self._detached)

    def values(self) -> dict[str, float]:
        """``detached``, frames; ``yaw_least`` and ``yaw_most``, degrees."""
        if not self._judged:
            return {}
        values = {"detached": float(len(self._detached)), "judged": float(self._judged)}
        if self.yaws is not None:
            values["yaw_least"], values["yaw_most"] = self.yaws
        return values


def distance(a: Face, b: Face) -> float:
    """How far apart two poses of a head put its rigid points in the picture, mean, cm."""
    points = mean_face()[_RIGID]
    apart = a.pose.project(points)[:, :2] - b.pose.project(points)[:, :2]
    return float(np.linalg.norm(apart, axis=1).mean() / a.pose.scale)


def _sits(alpha: F32, fresh: Face, face: Face) -> bool:
    return distance(fresh, face) <= _FAR and not _bare(alpha, fresh, face)


def _bare(alpha: F32, fresh: Face, face: Face) -> bool:
    """True where the crown shows through."""
    scale = fresh.pose.scale
    height, width = alpha.shape
    points = crown_outline(fresh, face)
    inside = (points >= 0).all(axis=1) & (points[:, 0] < width) & (points[:, 1] < height)
    if inside.sum() < len(points) // 2:
        return False
    side = max(1, round(scale))
    mean = cv2.blur(alpha, (side, side))
    x, y = points[inside].astype(int).T
    return bool((mean[y, x] >= _BARE).mean() < _MOST)


def crown_outline(fresh: Face, face: Face) -> F64:
    """(n, 2) px: the skull's outline about the crown, 1 cm inside, in the pose of ``fresh`` and the shape of
    ``face``."""
    shape, pose = face.shape, fresh.pose
    scaled = np.array([shape.width, shape.height, shape.depth])
    radii, center = np.array(SKULL.radii) * scaled - _INSIDE, np.array(SKULL.center) * scaled
    # The outline's points are those whose normal lies in the picture: n -> R² n / |R n| on an ellipsoid R.
    roll = np.radians(pose.roll)
    directions = np.stack([np.sin(_CROWN + roll), np.cos(_CROWN + roll), np.zeros_like(_CROWN)], axis=1)
    normals = directions @ pose.rotation
    surface = radii**2 * normals / np.linalg.norm(radii * normals, axis=1, keepdims=True)
    return np.asarray(pose.project(surface + center)[:, :2])
