"""What soft things a frame is covered with, found at the resolution that they are known at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine, compose_affine, invert_affine
from engines.face import Face
from realtime.color_tables import LINEAR_OF_SRGB
from realtime.composite.compositor_kernel import skin_light
from realtime.head.head_lock import moved_face
from realtime.head.head_turn import turn_shift
from realtime.occlusion.inner_face import keep_inner_face
from realtime.rect import Rect
from realtime.removal.removal import RemovalFill

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# A head that turned by less than this, degrees, is taken to have only moved.
_TURNED = 1.5
# How a turn moves places is smooth: it is worked out for one in so many cells across and down.
_SPARSE = 12
_OUTSIDE = (cv2.BORDER_REPLICATE,)


# Cells are as large as the fill's pixels, and at least so large, cm.
_CELL = 0.12


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
    def of(
        fill: RemovalFill, head: F64, area: Rect, face: Face, amount: float, former: Face | None = None
    ) -> CoarseFill:
        """``amount`` 0..1 of ``fill``, which ``head`` (2, 3) carries to the frame, over its ``area``.

        ``former``: the face that it was made for; as far as the head has turned since, the fill turns too.
        """
        size = max(1, round(float(np.sqrt(abs(np.linalg.det(head[:, :2]))))), round(_CELL * face.pose.scale))
        left, top = area.left - size, area.top - size
        few = (3 + (area.right - area.left - 1) // size, 3 + (area.bottom - area.top - 1) // size)
        x, y = left + 0.5 * (size - 1), top + 0.5 * (size - 1)
        to_cells = compose_affine(np.array([[1.0, 0.0, -x], [0.0, 1.0, -y]]) / size, head)
        images = (fill.masks, fill.head)
        if former is not None and former.pose.angle_to(face.pose) > _TURNED:
            places = _turned_places(to_cells, (x, y, float(size)), few, face, former)
            moved = (cv2.remap(image, *places, cv2.INTER_LINEAR, None, *_OUTSIDE) for image in images)
        else:
            moved = (
                cv2.warpAffine(image, to_cells, few, None, cv2.INTER_LINEAR, *_OUTSIDE) for image in images
            )
        masks, layer = (np.asarray(image, np.uint8) for image in moved)
        near = moved_face(face, 1.0 / size, (-left, -top))
        keep_inner_face(masks[..., 0], near, (0, 0))
        shares = masks * np.float32(amount / 255.0)
        return CoarseFill(shares, skin_light(layer, shares, LINEAR_OF_SRGB), (x, y, float(size)), near)


def _turned_places(
    to_cells: F64, place: tuple[float, float, float], few: tuple[int, int], face: Face, former: Face
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """For cv2.remap: where each of ``few`` (columns, rows) cells at ``place`` is in the fill's pixels."""
    sparse = (2 + few[0] // _SPARSE, 2 + few[1] // _SPARSE)
    columns, rows = (np.linspace(0.0, n - 1.0, m) for n, m in zip(few, sparse, strict=True))
    cells = np.stack(np.meshgrid(columns, rows), axis=-1)
    shift = turn_shift(cells * place[2] + place[:2], face, former)
    spots = apply_affine(invert_affine(to_cells), cells + shift / place[2])
    whole = _spread(spots.astype(np.float32), few)
    fixed, fractions = cv2.convertMaps(whole[..., 0], whole[..., 1], cv2.CV_16SC2)
    return np.asarray(fixed), np.asarray(fractions)


def _spread(corners: F32, few: tuple[int, int]) -> F32:
    """``corners`` (n, m, 2) for each of ``few`` (columns, rows) cells, from the first to the last."""
    rows, columns = corners.shape[:2]
    to_all = np.diag([(few[0] - 1) / (columns - 1), (few[1] - 1) / (rows - 1)])
    affine = np.column_stack([to_all, np.zeros(2)])
    return np.asarray(cv2.warpAffine(corners, affine, few, borderMode=cv2.BORDER_REPLICATE), np.float32)
