"""What colour a person's hair is, whatever light it is in."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.palette import Lab, linear_to_lab
from realtime.color_tables import LINEAR_OF_SRGB
from realtime.head.head_projection import head_coordinates, project_skull
from realtime.recolor.recolor_maps import along_hair

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# Luminance of hair against its own colour's: the same everywhere, by even light, by how far it faces the
# source, and by how far it faces up. Fitted to drawn hair; it differs between styles, so it is damped.
_SHADING, _DAMPED = (0.50, 0.54, 0.21, 0.50), 0.6
# A source is taken to be at least so high, as when hair is drawn (camera axes).
_HIGH = 0.42
# Roots and tips are read from these parts of the hair's length, where each has so much of all pixels.
_ROOTS, _TIPS, _PART = 0.4, 0.65, 0.05
_FEWEST = 60


@dataclass(frozen=True, slots=True)
class HairTones:
    """``linear`` and ``pixels`` (n, 3) float32: linear RGB and CIE Lab of pixels of hair in even light.

    ``along`` (n,): where on its way each is, 0 at the roots to 1 at the tips; ``x``, ``y`` (n,): where in the
    picture, upright with the head, cm from its origin.
    """

    linear: F32
    pixels: F32
    along: F32
    x: F32
    y: F32

    @property
    def middle(self) -> Lab:
        """The median colour."""
        return _median(self.pixels)

    @property
    def roots(self) -> Lab | None:
        """The median colour near the roots; ``None`` where they are not seen."""
        return self.median(self.along < _ROOTS)

    @property
    def tips(self) -> Lab | None:
        """The median colour near the tips; ``None`` for short hair."""
        return self.median(self.along > _TIPS)

    @property
    def levels(self) -> tuple[float, float]:
        """How far along on its way the hair of :attr:`roots` and :attr:`tips` is."""
        first, last = (self.along[where] for where in (self.along < _ROOTS, self.along > _TIPS))
        return float(np.median(first)), float(np.median(last))

    def share(self, where: npt.NDArray[np.bool_]) -> float:
        """How many of all pixels are ``where`` (n,)."""
        return float(where.mean())

    def median(self, where: npt.NDArray[np.bool_]) -> Lab | None:
        """The median colour ``where`` (n,) it is; ``None`` where that is too little."""
        few = where.sum() < _FEWEST or self.share(where) < _PART
        return None if few else _median(self.pixels[where])


def read_tones(rgb: U8, alpha: F32, face: Face, gain: npt.ArrayLike) -> HairTones | None:
    """The tones of the hair ``alpha`` (h, w) 0..1 in ``rgb`` (h, w, 3) uint8 sRGB; ``None`` for too little.

    ``face`` with its light, in pixels of ``rgb``; ``gain`` (3,): linear RGB of the light on it.
    """
    height, width = alpha.shape
    margin = max(1, round(0.15 * face.pose.scale))
    hair = cv2.erode(alpha, np.ones((2 * margin + 1,) * 2, np.uint8)) > 0.9
    if hair.sum() < _FEWEST:
        return None
    x, y = head_coordinates(face, width, height)
    along = along_hair(x, y, float(np.percentile(y[hair], 4.0)))
    shade = _shading(face, width, height)[hair]
    linear = LINEAR_OF_SRGB[rgb[hair]] / (np.asarray(gain, np.float32) * shade[:, None])
    linear = np.clip(linear, 0.0, 1.0).astype(np.float32)
    lab = linear_to_lab(linear).astype(np.float32)
    return HairTones(linear, lab, along[hair], x[hair], y[hair])


def _shading(face: Face, width: int, height: int) -> F32:
    """(h, w) float32: how much light hair has there."""
    normals = project_skull(face, width, height).normals.copy()
    # Below the widest part of the head hair hangs.
    normals[..., 1] = np.maximum(normals[..., 1], 0.0)
    normals[..., 2] = np.maximum(normals[..., 2], 0.3)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    source = np.asarray(face.light.direction, np.float32).copy()
    source[1] = max(source[1], _HIGH)
    facing = np.maximum(normals @ (source / np.linalg.norm(source)), 0.0)
    base, even, lit, up = _SHADING
    shade = base + even * face.light.ambient + lit * facing + up * normals[..., 1]
    return np.asarray(shade**_DAMPED, np.float32)


def _median(lab: F32) -> Lab:
    lightness, a, b = (float(value) for value in np.median(lab, axis=0))
    return lightness, a, b
