"""Carrying what a keyframe showed to another frame, or to another keyframe."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, invert_affine, resize_affine
from engines.face import Face
from engines.hairfast.live.flow import GRID, HeadPoints

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

SQUARE = 512
"""Side of the aligned square in which keyframes are kept, px."""


class Anchor:
    """Where a keyframe's picture was, and what moves it: its face and its aligned square.

    ``to_frame`` (2, 3): pixels of the square of ``SQUARE`` px to those of the keyframe's frame.
    """

    def __init__(self, face: Face, to_frame: F64) -> None:
        self.face = face
        self.to_frame = to_frame
        self._points = HeadPoints.of(face, to_frame, SQUARE)

    def placed(self, face: Face) -> F64:
        """(2, 3): the square in the frame of ``face``.

        It follows translation, size and lean of the head, not eyes and mouth: those wander over the square
        when the head turns, and with every word.
        """
        return compose_affine(self.face.pose.motion_to(face.pose), self.to_frame)

    def flow(self, face: Face) -> F32:
        """(GRID, GRID, 2): see :meth:`HeadPoints.flow`."""
        return self._points.flow(face, self.placed(face), SQUARE)

    def turned(self, face: Face) -> float:
        """Degrees between the sides that the head shows here and there; leaning is none."""
        cosine = float(self.face.pose.rotation[2] @ face.pose.rotation[2])
        return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))

    def sampling(self, face: Face, to_frame: F64, size: tuple[int, int]) -> tuple[F32, F32]:
        """Where a picture of ``size`` (width, height) in the frame of ``face`` finds its pixels here.

        ``to_frame`` (2, 3): the picture's pixels to the frame's. Returns x and y (height, width) in pixels of
        the keyframe's square, for ``cv2.remap``.
        """
        to_square = compose_affine(invert_affine(self.placed(face)), to_frame)
        to_grid = compose_affine(resize_affine((SQUARE, SQUARE), (GRID, GRID)), to_square)
        moved = cv2.warpAffine(
            self.flow(face) * np.float32(SQUARE), to_grid, size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        # The large part of the place is exact; the rounding of warpAffine is only in how it bends.
        column = np.arange(size[0], dtype=np.float32)
        row = np.arange(size[1], dtype=np.float32)[:, None]
        (xx, xy, x0), (yx, yy, y0) = to_square.astype(np.float32)
        return (
            moved[..., 0] + (xx * column + (xy * row + x0)),
            moved[..., 1] + (yx * column + (yy * row + y0)),
        )


def sampled(image: F32, sampling: tuple[F32, F32]) -> F32:
    """``image`` (h, w, c) at the places of ``sampling``; 0 outside."""
    return np.asarray(cv2.remap(image, *sampling, interpolation=cv2.INTER_LINEAR), np.float32)
