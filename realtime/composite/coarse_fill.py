"""What soft things a frame is covered with, found at the resolution that they are known at."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine
from engines.face import Face
from realtime.color_tables import LINEAR_OF_SRGB
from realtime.composite.compositor_kernel import skin_light
from realtime.head.head_lock import moved_face
from realtime.occlusion.inner_face import keep_inner_face
from realtime.rect import Rect
from realtime.removal.removal import RemovalFill

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CoarseFill:
    """A removal fill in square cells over a part of a frame, one cell more on each side.

    ``masks`` (n, m, 2) float32, 0..1: how far to remove, and where a body is; a shadow on it takes the place
    of the latter. ``skin`` (n, m, 4): as of :func:`skin_light`. ``place`` (x, y, size): the middle of cell
    (i, j) is at frame pixel x + j * size, y + i * size. ``face``: the frame's, in cells.
    """

    masks: F32
    skin: F32
    place: tuple[float, float, float]
    face: Face

    @staticmethod
    def of(fill: RemovalFill, head: F64, area: Rect, face: Face, amount: float) -> CoarseFill:
        """``amount`` 0..1 of ``fill``, which ``head`` (2, 3) carries to the frame, over its ``area``."""
        size = max(1, round(float(np.sqrt(abs(np.linalg.det(head[:, :2]))))))
        left, top = area.left - size, area.top - size
        few = (3 + (area.right - area.left - 1) // size, 3 + (area.bottom - area.top - 1) // size)
        x, y = left + 0.5 * (size - 1), top + 0.5 * (size - 1)
        to_cells = compose_affine(np.array([[1.0, 0.0, -x], [0.0, 1.0, -y]]) / size, head)
        masks, layer = (
            np.asarray(cv2.warpAffine(image, to_cells, few, borderMode=cv2.BORDER_REPLICATE), np.uint8)
            for image in (fill.masks, fill.head)
        )
        moved = moved_face(face, 1.0 / size, (-left, -top))
        keep_inner_face(masks[..., 0], moved, (0, 0))
        shares = masks * np.float32(amount / 255.0)
        return CoarseFill(shares, skin_light(layer, shares, LINEAR_OF_SRGB), (x, y, float(size)), moved)
