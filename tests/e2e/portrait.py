"""Where things are in the still test clip, from the face's landmarks."""

from __future__ import annotations

import cv2
import mediapipe as mp
import numpy as np
import numpy.typing as npt

from tests.e2e.mirror_page import Box, Image

# FaceMesh: from the eyes' outer corners down the jaw to the chin, and the face's left and right edge.
_CHIN = 152
_FACE = (33, 263, 93, 323, 132, 361, 58, 288, 172, 397, 136, 365, 150, 379, 176, 400, _CHIN)
_EDGES = (234, 454)
_BROWS = (105, 334)
# Hair throws a soft shadow, and codecs smear its edge into their next block.
_MARGIN = 9


class Portrait:
    """The face in one picture."""

    def __init__(self, rgb: Image) -> None:
        height, width = rgb.shape[:2]
        with mp.solutions.face_mesh.FaceMesh(static_image_mode=True) as mesh:
            found = mesh.process(rgb).multi_face_landmarks[0].landmark
        self._size = (height, width)
        self._points = np.array([(point.x * width, point.y * height) for point in found])

    def face_without(self, hair: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """The face from the eyes to the chin, without ``hair`` and a margin around it; all (h, w) bool."""
        mask = np.zeros(self._size, np.uint8)
        hull = np.asarray(cv2.convexHull(self._points[list(_FACE)].astype(np.int32)))
        cv2.fillConvexPoly(mask, hull, (1,))
        around = cv2.dilate(hair.astype(np.uint8), np.ones((2 * _MARGIN + 1, 2 * _MARGIN + 1), np.uint8))
        return np.asarray((mask > 0) & (around == 0))

    @property
    def beside_neck(self) -> tuple[Box, Box]:
        """Left and right of the neck, below the jaw: long hair falls there, short hair does not."""
        left, right = (int(self._points[index, 0]) for index in _EDGES)
        wide = right - left
        top = int(self._points[_CHIN, 1] - 0.1 * wide)
        size = (int(0.22 * wide), int(0.3 * wide))
        return (left - size[0] // 2, top, *size), (right - size[0] // 2, top, *size)

    @property
    def crown(self) -> Box:
        """The middle of the top of the head: hair in every style."""
        left, right = (int(self._points[index, 0]) for index in _EDGES)
        top = int(self._points[:, 1].min())
        wide = right - left
        return (left + wide // 3, top - int(0.35 * wide), wide // 3, int(0.15 * wide))

    @property
    def forehead(self) -> Box:
        """The middle of the forehead above the brows: bare, or under a full fringe."""
        left, right = (int(self._points[index, 0]) for index in _EDGES)
        brows, top = int(self._points[list(_BROWS), 1].min()), int(self._points[:, 1].min())
        wide = right - left
        return (left + 2 * wide // 5, top + (brows - top) // 4, wide // 5, (brows - top) // 2)


def cut(rgb: Image, box: Box) -> Image:
    """The pixels of ``box``."""
    x, y, width, height = box
    return rgb[y : y + height, x : x + width]


def psnr(one: Image, other: Image, mask: npt.NDArray[np.bool_]) -> float:
    """Peak signal-to-noise ratio of the masked pixels, dB."""
    error = np.mean((one[mask].astype(float) - other[mask].astype(float)) ** 2)
    return float(10.0 * np.log10(255.0**2 / max(error, 1e-9)))


def changed(one: Image, other: Image, threshold: float = 24.0) -> float:
    """The part of pixels that differ by more than ``threshold`` levels in some channel."""
    return float((np.abs(one.astype(int) - other.astype(int)).max(axis=-1) > threshold).mean())


def bluer(one: Image, other: Image) -> npt.NDArray[np.bool_]:
    """Where ``one`` is bluer than ``other`` by more than a codec does it: blue hair, (h, w) bool."""
    difference = one.astype(int) - other
    return np.asarray(difference[..., 2] - difference[..., 0] > 30)


def mean_lab(rgb: Image) -> npt.NDArray[np.float64]:
    """The mean colour in CIE Lab."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    return np.asarray(lab.reshape(-1, 3).mean(axis=0), np.float64)
