"""The aligned square: where the networks want the face of a photo to be.

T. Karras, S. Laine, T. Aila, "A Style-Based Generator Architecture for Generative Adversarial Networks",
CVPR 2019, appendix A: a square whose position, size and angle follow from the two eyes and the mouth. dlib's
68 points define them there; the FaceMesh points of the same eye contours and mouth corners do here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, invert_affine, resize_affine

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

ALIGNED_SIZE = 1024
"""Side of the aligned square, px."""

# FaceMesh points at dlib's 36..41 and 42..47, and at its 48 and 54.
_IMAGE_LEFT_EYE = (33, 160, 158, 133, 153, 144)
_IMAGE_RIGHT_EYE = (362, 385, 387, 263, 373, 380)
_MOUTH_CORNERS = (61, 291)
# Beyond the photo's edge the picture is blurred more and more over the first of these distances, and fades
# to one colour over the second; fractions of the square's side.
_BLUR_REACH, _FADE_REACH = 0.1, 0.3
_BLUR = 0.02


@dataclass(frozen=True)
class Alignment:
    """A similarity between the aligned square and the photo it was found in.

    ``to_frame`` (2, 3): affine from pixels of the square of ``ALIGNED_SIZE`` to pixels of the photo, pixel
    centres at integer positions in both.
    """

    to_frame: F64

    @staticmethod
    def of(landmarks: npt.ArrayLike) -> Alignment:
        """The square of a face; ``landmarks`` (478, 2 or 3): FaceMesh points, px of the photo."""
        points = np.asarray(landmarks, np.float64)[:, :2]
        left, right = points[list(_IMAGE_LEFT_EYE)].mean(0), points[list(_IMAGE_RIGHT_EYE)].mean(0)
        eyes, apart = (left + right) / 2, right - left
        down = points[list(_MOUTH_CORNERS)].mean(0) - eyes
        # Half a side of the square along the eyes: the direction is that of the eyes and of the line
        # eyes - mouth, turned by a right angle, together.
        across = apart + np.array([down[1], -down[0]])
        reach = max(2.0 * np.hypot(*apart), 1.8 * np.hypot(*down))
        across *= reach / np.hypot(*across)
        step_x = across * (2.0 / ALIGNED_SIZE)
        step_y = np.array([-step_x[1], step_x[0]])
        middle = eyes + 0.1 * down
        first = middle - (step_x + step_y) * ((ALIGNED_SIZE - 1) / 2)
        return Alignment(np.column_stack([step_x, step_y, first]))

    @cached_property
    def to_aligned(self) -> F64:
        """(2, 3): the inverse of ``to_frame``."""
        return invert_affine(self.to_frame)

    @property
    def scale(self) -> float:
        """Pixels of the photo per pixel of the square."""
        return float(np.hypot(*self.to_frame[:, 0]))

    @property
    def side(self) -> float:
        """Side of the square in the photo, px."""
        return self.scale * ALIGNED_SIZE

    def resized(self, size: int) -> F64:
        """(2, 3): affine to the photo from the pixels of the same square at ``size`` x ``size``."""
        return compose_affine(self.to_frame, resize_affine((size, size), (ALIGNED_SIZE, ALIGNED_SIZE)))

    def crop(self, rgb: U8) -> U8:
        """The aligned square of the photo ``rgb`` (h, w, 3) uint8: (ALIGNED_SIZE, ALIGNED_SIZE, 3) uint8.

        A photo with smaller pixels than the square's is averaged. Beyond its edges it is mirrored, growing
        blurred, and fades to its median colour.
        """
        # No step between samples is longer than a pixel of the photo.
        fine = max(1, int(np.ceil(self.scale - 0.01)))
        size = ALIGNED_SIZE * fine
        flags = cv2.WARP_INVERSE_MAP | (cv2.INTER_CUBIC if self.scale < 1.0 else cv2.INTER_LINEAR)
        square = cv2.warpAffine(
            rgb, self.resized(size), (size, size), flags=flags, borderMode=cv2.BORDER_REFLECT_101
        )
        if fine > 1:
            square = cv2.resize(square, (ALIGNED_SIZE, ALIGNED_SIZE), interpolation=cv2.INTER_AREA)
        beyond = self.beyond((rgb.shape[1], rgb.shape[0]))
        if beyond.any():
            square = _faded(np.asarray(square, np.uint8), beyond)
        return np.asarray(square, np.uint8)

    def beyond(self, size: tuple[int, int]) -> F32:
        """How far each pixel of the square lies outside a photo of ``size`` (width, height).

        (ALIGNED_SIZE, ALIGNED_SIZE) float32, in sides of the square; 0 inside.
        """
        index = np.arange(ALIGNED_SIZE)
        outside = np.zeros((ALIGNED_SIZE, ALIGNED_SIZE))
        for (by_x, by_y, start), length in zip(self.to_frame, size, strict=True):
            place = start + by_x * index[None] + by_y * index[:, None]
            outside = np.maximum(outside, np.maximum(-0.5 - place, place - (length - 0.5)))
        return (outside / self.side).astype(np.float32)


def _faded(square: U8, beyond: F32) -> F32:
    """``square`` blurred and faded where it is mirrored; ``beyond`` as :meth:`Alignment.beyond` gives it."""
    inside = beyond <= 0.0
    median = np.median(square[inside], axis=0) if inside.any() else np.full(3, 127.0)
    blurred = cv2.GaussianBlur(square.astype(np.float32), (0, 0), _BLUR * ALIGNED_SIZE)
    blur = np.clip(beyond / _BLUR_REACH, 0.0, 1.0)[..., None]
    fade = np.clip(beyond / _FADE_REACH, 0.0, 1.0)[..., None]
    mixed = square + blur * (blurred - square)
    return np.asarray(np.rint(mixed + fade * (median - mixed)), np.float32)
