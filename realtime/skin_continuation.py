"""Skin for the parts of a head that hair has covered."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_RIDGE = 0.08


def continue_skin(linear: F32, visible: Mask, normals: F32, reach: float) -> F32:
    """(h, w, 3) float32: linear skin for every pixel, from the ``visible`` skin of ``linear`` (h, w, 3).

    A shaded surface, not a smear: lightness is regressed over ``normals`` (h, w, 3; camera axes), limited to
    what skin does under one light, and what the regression misses of the visible skin is carried on
    over about ``reach`` px, so that no seam shows.
    """
    samples = visible & like_skin(linear, visible)
    if samples.sum() < 12:
        return np.broadcast_to(np.median(linear.reshape(-1, 3), axis=0), linear.shape).astype(np.float32)
    design = np.column_stack([normals[samples], np.ones(int(samples.sum()), np.float32)])
    luma = linear @ _LUMA
    middle = np.median(linear[samples], axis=0)
    level = luma[samples] / float(middle @ _LUMA)
    penalty = np.diag([_RIDGE, _RIDGE, _RIDGE, 1e-4]) * len(level)
    solution = np.linalg.solve(design.T @ design + penalty, design.T @ level).astype(np.float32)
    # Rooms are lit from above: a face in the shadow of its own fringe does not make the top of the head dark.
    solution[1] = max(solution[1], 0.0)
    shading = np.clip(normals @ solution[:3] + solution[3], 0.45, 1.15)
    shaded = shading[..., None] * middle
    return np.asarray(
        np.clip(
            shaded + _spread(np.clip(linear - shaded, -0.25 * middle, 0.25 * middle), samples, reach),
            0.0,
            1.0,
        ),
        np.float32,
    )


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


def _spread(values: F32, known: Mask, reach: float) -> F32:
    """``values`` (h, w, 3) carried from where they are ``known`` outwards, fading with distance."""
    weight = known.astype(np.float32)
    sums = cv2.GaussianBlur(values * weight[..., None], (0, 0), reach)
    mass = cv2.GaussianBlur(weight, (0, 0), reach)
    return np.asarray(sums / (mass + 0.02)[..., None], np.float32)
