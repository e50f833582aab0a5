"""Skin for the parts of a head that hair has covered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realtime.removal.membrane import membrane

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_RIDGE = 0.06
_FEWEST = 12
_TYPICAL = (0.45, 0.30, 0.23)
# What the shading model misses at visible skin is carried on, and dies out against this weight per pixel.
_FORGET = 0.01
# Skin in the shade of its own fringe does not make a whole head dark.
_DARKER, _LIGHTER = 0.25, 0.4
# How dark it is under a chin depends on the room.
_SHADED = 1.0
# Shading beyond these shares of skin that faces the camera does not come from a face's light.
_DARKEST, _LIGHTEST = 0.40, 1.35


@dataclass(frozen=True, slots=True)
class SkinShading:
    """Skin under one light: linear RGB is ``terms[:3] . normal + terms[3]``, ``terms`` (4, 3)."""

    terms: F32

    def at(self, normals: F32) -> F32:
        """(..., 3) float32: linear RGB of skin with ``normals`` (..., 3; camera axes, y up)."""
        front = self.terms[2] + self.terms[3]
        return np.asarray(
            np.clip(normals @ self.terms[:3] + self.terms[3], _DARKEST * front, _LIGHTEST * front), np.float32
        )


def fit_shading(linear: F32, visible: Mask, normals: F32) -> SkinShading:
    """The shading of the ``visible`` skin of ``linear`` (h, w, 3), regressed over its ``normals``.

    Each channel for itself: where skin is lit most it is also palest, and light of two colours is common.
    """
    count = int(visible.sum())
    if count < _FEWEST:
        return SkinShading(np.outer([0.0, 0.1, 0.25, 0.7], _TYPICAL).astype(np.float32))
    n, colors = normals[visible], linear[visible]
    middle = np.median(colors, axis=0)
    design = np.column_stack([n, np.ones(count, np.float32)])
    level = np.clip(colors / middle, 0.3, 2.0)
    # The mean face rather than its parts: what is regressed has to beat a ridge towards a usual light.
    usual = np.array([0.0, 0.12, 0.25, 0.0], np.float32)[:, None]
    penalty = np.diag([_RIDGE, _RIDGE, _RIDGE, 1e-4]) * count
    terms = np.linalg.solve(design.T @ design + penalty, design.T @ (level - design @ usual)) + usual
    # Rooms are lit from above: a face in the shadow of its own fringe does not make the top of the head dark.
    terms[1] = np.maximum(terms[1], 0.06)
    # The sides of a head turn away from the camera and from what it looks at.
    terms[2] = np.maximum(terms[2], 0.18)
    terms[3] = 1.0 - np.median(n @ terms[:3], axis=0)
    return SkinShading((terms * middle).astype(np.float32))


def continue_skin(linear: F32, face: Mask, throat: Mask, base: F32) -> F32:
    """(h, w, 3) float32: the modelled skin ``base`` (h, w, 3) led over into what ``linear`` shows of ``face``
    and ``throat`` (h, w).

    What the model misses of the visible skin is carried on, less and less with the distance, so that
    no seam shows.
    """
    ratio = np.log(np.maximum(linear, 1e-3) / np.maximum(base, 1e-3))
    ratio = np.where(throat[..., None], np.clip(ratio, -_SHADED, _SHADED), np.clip(ratio, -_DARKER, _LIGHTER))
    visible = face | throat
    ratio = ratio * visible[..., None]
    known = np.where(visible, np.float32(1.0), np.float32(_FORGET))
    missed = membrane(ratio.astype(np.float32), known)
    return np.asarray(np.clip(base * np.exp(missed), 0.0, 1.0), np.float32)


def like_skin(linear: F32, face: Mask, tolerance: float = 0.45) -> Mask:
    """(h, w) bool: where colours are those of ``face``: no brows, glasses, shine or hair.

    ``tolerance``: how far a channel may be off, as a share of the luminance.
    """
    if not face.any():
        return face
    luma = linear @ _LUMA
    middle = np.median(linear[face], axis=0)
    light = max(float(middle @ _LUMA), 1e-4)
    alike = (luma > 0.45 * light) & (luma < 1.9 * light)
    for channel in range(3):
        alike &= np.abs(linear[..., channel] - luma * (middle[channel] / light)) < tolerance * luma
    return np.asarray(alike)
