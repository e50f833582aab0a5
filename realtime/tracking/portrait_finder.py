"""The one face of a still photo."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hairfast.photo_checks import PhotoLimits
from engines.hairfast.photo_errors import (
    NoFaceError,
    NoSuchFaceError,
    PhotoError,
    PhotoRole,
    SeveralFacesError,
    TinyFaceError,
)
from realtime.settings import TrackerSettings
from realtime.tracking.face_finder import FaceFinder
from realtime.tracking.face_mesh import FaceMesh
from realtime.tracking.face_view import FaceView
from realtime.tracking.pose_fit import fit_pose

# The landmark network follows what it saw last: by the third look its view has settled on the face.
_LOOKS = 3
# Two finds are the same person when their heads are nearer than this, cm of the head.
_SAME_PERSON = 9.0
# Somebody this much smaller than the largest face is not meant.
_BYSTANDER = 0.5
# Between the centres of the eyes on the mean head, cm.
_EYES_CM = 6.3


class PortraitFinder:
    """Finds the face in photos that have nothing to do with each other."""

    def __init__(self, settings: TrackerSettings | None = None) -> None:
        settings = settings or TrackerSettings()
        self._finder = FaceFinder(settings)
        self._mesh = FaceMesh(settings)

    def find(self, rgb: npt.NDArray[np.uint8], role: PhotoRole, number: int | None = None) -> Face:
        """The face in ``rgb`` (h, w, 3) uint8 sRGB. ``number`` says which of several, 1 the leftmost;
        faces half as large as the largest, or smaller, do not count.

        Raises:
            NoFaceError, TinyFaceError, SeveralFacesError, NoSuchFaceError: with what would work.
        """
        views = self._finder.near(rgb) + self._finder.far(rgb)
        faces: list[Face] = []
        for view in views:
            face = self._look(rgb, view)
            if face is not None and not any(_same(face, other) for other in faces):
                faces.append(face)
        if not faces:
            raise self._nothing(views, role)
        largest = max(face.pose.scale for face in faces)
        faces = [face for face in faces if face.pose.scale > _BYSTANDER * largest]
        faces.sort(key=lambda face: float(face.pose.translation[0]))
        if number is None and len(faces) > 1:
            raise SeveralFacesError(role, len(faces))
        if number is not None and not 1 <= number <= len(faces):
            raise NoSuchFaceError(role, number, len(faces))
        return faces[(number or 1) - 1]

    def close(self) -> None:
        """Free the networks."""
        self._finder.close()
        self._mesh.close()

    @staticmethod
    def _nothing(views: list[FaceView], role: PhotoRole) -> PhotoError:
        """Why none of ``views`` shows a face."""
        eye_distance = _EYES_CM * max((view.scale for view in views), default=math.inf)
        least = PhotoLimits().eye_distance
        return TinyFaceError(role, eye_distance, least) if eye_distance < least else NoFaceError(role)

    def _look(self, rgb: npt.NDArray[np.uint8], view: FaceView) -> Face | None:
        """The face in ``view``; ``None`` where the landmark network sees none."""
        for _ in range(_LOOKS):
            landmarks = self._mesh.landmarks(view.cut(rgb))
            if landmarks is None:
                return None
            pose, points = fit_pose(view.to_frame_points(landmarks))
            view = FaceView.of(pose)
        return Face(points.astype(np.float32), pose, (rgb.shape[1], rgb.shape[0]))


def _same(one: Face, other: Face) -> bool:
    apart = float(np.linalg.norm(one.pose.translation - other.pose.translation))
    return apart < _SAME_PERSON * max(one.pose.scale, other.pose.scale)
