"""The faces of a still photo, whichever way up they are."""

from __future__ import annotations

import math
from dataclasses import replace

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
from realtime.rect import Rect
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
# Quarter turns in which a photo is searched until it shows a face: detectors know heads that lean by 45
# degrees at most, and people hold cameras on their side rather than upside down.
_TURNS = (0, 1, 3, 2)
# A face is judged in a view so many times as wide as the landmark network's; another way up is right when
# the detector is so much more certain of it.
_AROUND, _MORE_CERTAIN = 1.6, 0.05
# Where the whole photo shows no face, it is searched in tiles of a half and a quarter of it, as long as those
# have twice as many pixels as the detectors look at.
_LEVELS, _WORTH_TILES = 3, 640
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
        faces, views = self._faces(rgb)
        if not faces:
            raise self._nothing(views, role)
        if number is None and len(faces) > 1:
            raise SeveralFacesError(role, len(faces))
        if number is not None and not 1 <= number <= len(faces):
            raise NoSuchFaceError(role, number, len(faces))
        return faces[(number or 1) - 1]

    def faces(self, rgb: npt.NDArray[np.uint8]) -> list[Face]:
        """The faces in ``rgb`` (h, w, 3) uint8 sRGB, from left to right, turned by any angle; those half as
        large as the largest, or smaller, are left out."""
        return self._faces(rgb)[0]

    def close(self) -> None:
        """Free the networks."""
        self._finder.close()
        self._mesh.close()

    def _faces(self, rgb: npt.NDArray[np.uint8]) -> tuple[list[Face], list[FaceView]]:
        """The faces, and every view that seemed to show one."""
        views: list[FaceView] = []
        faces: list[Face] = []
        for level in range(_LEVELS):
            if level and max(rgb.shape[:2]) < _WORTH_TILES << level:
                break
            for turns in _TURNS:
                found = [view for tile in _tiles(rgb, level) for view in self._seen(rgb, tile, turns)]
                views += found
                for view in found:
                    face = self._look(rgb, view)
                    if face is not None and not any(_same(face, other) for other in faces):
                        faces.append(face)
                if faces:
                    break
            if faces:
                break
        largest = max((face.pose.scale for face in faces), default=0.0)
        faces = [face for face in faces if face.pose.scale > _BYSTANDER * largest]
        return sorted(faces, key=lambda face: float(face.pose.translation[0])), views

    def _seen(self, rgb: npt.NDArray[np.uint8], tile: Rect, turns: int) -> list[FaceView]:
        """What the detectors take for faces in a ``tile`` of ``rgb`` that is turned ``turns`` times."""
        part = rgb[tile.top : tile.bottom, tile.left : tile.right]
        turned = np.ascontiguousarray(np.rot90(part, turns))
        found = self._finder.far(turned)
        if part.shape == rgb.shape:
            found = self._finder.near(turned) + found
        views = [view.unturned(turns, part.shape[1], part.shape[0]) for view in found]
        return [replace(view, center=view.center + np.array([tile.left, tile.top])) for view in views]

    @staticmethod
    def _nothing(views: list[FaceView], role: PhotoRole) -> PhotoError:
        """Why none of ``views`` shows a face."""
        eye_distance = _EYES_CM * max((view.scale for view in views), default=math.inf)
        least = PhotoLimits().eye_distance
        return TinyFaceError(role, eye_distance, least) if eye_distance < least else NoFaceError(role)

    def _look(self, rgb: npt.NDArray[np.uint8], view: FaceView) -> Face | None:
        """The face in ``view``; ``None`` where the networks see none."""
        face = self._settled(rgb, view)
        if face is None:
            return None
        # The landmark network takes upside-down faces for upright ones, the detector does not.
        around = FaceView.of(face.pose)
        views = [
            replace(around, scale=_AROUND * around.scale, angle=around.angle + turn)
            for turn in (0.0, 90.0, 180.0, 270.0)
        ]
        certain = [self._finder.certainty(view.cut(rgb)) for view in views]
        best = int(np.argmax(certain))
        if certain[best] == 0.0:
            return None
        turned = certain[best] > certain[0] + _MORE_CERTAIN
        return self._settled(rgb, replace(views[best], scale=around.scale)) if turned else face

    def _settled(self, rgb: npt.NDArray[np.uint8], view: FaceView) -> Face | None:
        """The face in ``view``, which may be a little beside it."""
        for _ in range(_LOOKS):
            landmarks = self._mesh.landmarks(view.cut(rgb))
            if landmarks is None:
                return None
            pose, points = fit_pose(view.to_frame_points(landmarks))
            view = FaceView.of(pose)
        return Face(points.astype(np.float32), pose, (rgb.shape[1], rgb.shape[0]))


def _tiles(rgb: npt.NDArray[np.uint8], level: int) -> list[Rect]:
    """Squares that overlap by half, their side the picture's long one over 2 ** ``level``."""
    height, width = rgb.shape[:2]
    if level == 0:
        return [Rect(0, 0, width, height)]
    side = max(width, height) >> level
    return [
        Rect(left, top, min(left + side, width), min(top + side, height))
        for top in _begins(height, side)
        for left in _begins(width, side)
    ]


def _begins(length: int, side: int) -> list[int]:
    count = max(1, math.ceil(2.0 * (length - side) / side) + 1)
    return [round(max(0, length - side) * index / max(1, count - 1)) for index in range(count)]


def _same(one: Face, other: Face) -> bool:
    apart = float(np.linalg.norm(one.pose.translation - other.pose.translation))
    return apart < _SAME_PERSON * max(one.pose.scale, other.pose.scale)
