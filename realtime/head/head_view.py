"""A face and what surrounds it, at the scale at which own hair is removed."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.color_tables import LINEAR_OF_SRGB
from realtime.head.face_regions import fill_oval
from realtime.head.head_lock import moved_face
from realtime.head.head_projection import SkullProjection, head_coordinates, project_skull
from realtime.pictures import resized

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

_WORK_SCALE = 4.0


@dataclass(frozen=True, slots=True)
class HeadView:
    """A face and what surrounds it at the working scale.

    ``rgb`` (h, w, 3) uint8, ``linear`` (h, w, 3) and ``person`` (h, w) float32; ``x``, ``y`` (h, w): cm in
    the upright head frame; ``oval`` (h, w): 1 inside the face's outline.
    """

    rgb: U8
    linear: F32
    person: F32
    face: Face
    skull: SkullProjection
    x: F32
    y: F32
    oval: F32

    @staticmethod
    def of(rgb: U8, person: F32, face: Face) -> HeadView:
        """The view of ``face`` in ``rgb``, shrunk where the head is large."""
        height, width = rgb.shape[:2]
        factor = min(1.0, _WORK_SCALE / face.pose.scale)
        size = (max(8, round(width * factor)), max(8, round(height * factor)))
        near = moved_face(face, factor)
        small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        x, y = head_coordinates(near, *size)
        oval = fill_oval(near.landmarks, size, 0.12 * near.pose.scale)
        skull = project_skull(near, *size)
        return HeadView(small, LINEAR_OF_SRGB[small], resized(person, size), near, skull, x, y, oval)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return self.rgb.shape[1], self.rgb.shape[0]
