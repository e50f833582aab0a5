"""Ears for heads whose own are under hair: a relief in skin, lit like the head."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# Size in cm, and pixels per cm of the relief.
_WIDTH, _HEIGHT, _FINE = 3.3, 6.1, 16.0
# Where the ear's upper front corner sits on a mean head, cm; how far it stands off, and leans back.
_CORNER = (6.70, 3.2, -0.7)
_FLARE, _LEAN = np.radians(33.0), np.radians(11.0)
# An ear seen on edge is not drawn: least share of its width to be seen, and where it is drawn fully.
_EDGE, _OPEN = 0.10, 0.30
# The outline at heights 0 (top) to 1: front and back, in widths.
_LEVELS = (0.0, 0.03, 0.08, 0.16, 0.28, 0.42, 0.56, 0.70, 0.82, 0.91, 0.97, 1.0)
_FRONT = (0.48, 0.26, 0.06, -0.08, -0.11, -0.11, -0.11, -0.08, -0.02, 0.08, 0.22, 0.36)
_BACK = (0.50, 0.74, 0.90, 0.99, 1.00, 0.95, 0.86, 0.76, 0.67, 0.62, 0.53, 0.38)


@dataclass(frozen=True, slots=True)
class Relief:
    """``normals`` (n, m, 3) float32: backwards, down, outwards; ``light`` (n, m): what reaches the folds,
    0..1; ``alpha`` (n, m): coverage."""

    normals: F32
    light: F32
    alpha: F32


@dataclass(frozen=True, slots=True)
class Ear:
    """An ear placed in a picture: ``normals`` (h, w, 3) in camera axes, ``light`` and ``alpha`` (h, w)."""

    normals: F32
    light: F32
    alpha: F32


def place_ear(face: Face, side: int, size: tuple[int, int]) -> Ear | None:
    """The person's left (``side`` 1) or right (-1) ear in a picture of ``size`` (width, height) px.

    ``None`` where the head's turn hides it.
    """
    back = np.array([side * np.sin(_FLARE), 0.0, -np.cos(_FLARE)])
    down = np.array([-side * 0.10, -np.cos(_LEAN), np.sin(_LEAN)])
    outward = np.cross(down, back) * side
    axes = face.pose.rotation @ np.column_stack([back, down, outward / np.linalg.norm(outward)])
    seen = float(np.clip((axes[2, 2] - _EDGE) / (_OPEN - _EDGE), 0.0, 1.0))
    if seen <= 0.0:
        return None
    shape = face.shape
    corner = np.array(_CORNER) * (side * shape.width, 1.0, 1.0)
    spots = face.pose.project(np.stack([corner, corner + back * _WIDTH, corner + down * _HEIGHT]))[:, :2]
    margin = _margin()
    place = np.column_stack(
        [
            (spots[1] - spots[0]) / (_WIDTH * _FINE),
            (spots[2] - spots[0]) / (_HEIGHT * _FINE),
            spots[0],
        ]
    )
    place[:, 2] -= place[:, :2] @ np.full(2, margin)
    placed = cv2.warpAffine(_smooth(round(face.pose.scale, 1)), place, size, flags=cv2.INTER_LINEAR)
    alpha = placed[..., 4]
    filled = placed[..., :4] / np.maximum(alpha, 1e-3)[..., None]
    normals = filled[..., :3] @ axes.T.astype(np.float32)
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-3)
    return Ear(normals.astype(np.float32), filled[..., 3].copy(), np.clip(alpha * 1.1, 0.0, 1.0) * seen)


@lru_cache(maxsize=4)
def _smooth(scale: float) -> F32:
    """(n, m, 5): normals, light and alpha of the relief, times alpha, for ``scale`` px per cm."""
    relief = _relief()
    cover = relief.alpha[..., None]
    stack = np.dstack([relief.normals * cover, relief.light[..., None] * cover, cover])
    blur = max(0.3, 0.45 * _FINE / scale)
    return np.asarray(cv2.GaussianBlur(stack.astype(np.float32), (0, 0), blur), np.float32)


def _margin() -> int:
    return round(0.4 * _FINE)


@cache
def _relief() -> Relief:
    """An outer ear: the rim curled over, the fold inside it, the hollow, the flap before it, the lobe."""
    margin = _margin()
    rows, columns = round(_HEIGHT * _FINE) + 2 * margin, round(_WIDTH * _FINE) + 2 * margin
    v, u = np.mgrid[0:rows, 0:columns].astype(np.float64)
    u, v = (u - margin) / (_WIDTH * _FINE), (v - margin) / (_HEIGHT * _FINE)
    level = np.linspace(0.0, 1.0, 60)
    outline = np.concatenate(
        [
            np.column_stack([np.interp(level, _LEVELS, _BACK), level]),
            np.column_stack([np.interp(level, _LEVELS, _FRONT), level])[::-1],
        ]
    )
    pixels = np.rint(outline * (_WIDTH * _FINE, _HEIGHT * _FINE) + margin).astype(np.int32)
    inside = np.zeros((rows, columns), np.uint8)
    cv2.fillPoly(inside, [pixels], (1,))
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) / _FINE
    behind = np.clip((u - 0.16) / 0.25 + np.clip((0.16 - v) / 0.1, 0.0, 1.0), 0.0, 1.0)
    lobe = np.clip((v - 0.70) / 0.14, 0.0, 1.0)
    rim = behind * (1.0 - 0.8 * lobe)
    curl = 0.34 * _bump((depth - 0.28) / 0.20) - 0.16 * _bump((depth - 0.72) / 0.22)
    fold = _bump((u - 0.56 + 0.35 * (v - 0.45) ** 2) / 0.10) * np.clip((v - 0.14) / 0.12, 0.0, 1.0)
    relief = 0.30 * np.clip(depth / 0.5, 0.0, 1.0) ** 0.5 + rim * curl + 0.22 * fold * (1.0 - lobe)
    hollow = np.exp(-((((u - 0.33) / 0.19) ** 2 + ((v - 0.53) / 0.15) ** 2) ** 1.5))
    relief -= 0.75 * hollow
    relief += 0.35 * _bump((u - 0.04) / 0.10) * _bump((v - 0.53) / 0.07)
    relief += 0.12 * lobe * _bump((u - 0.38) / 0.22)
    height = cv2.GaussianBlur(relief.astype(np.float32), (0, 0), 0.07 * _FINE)
    slope_u, slope_v = (np.gradient(height, axis=axis) * _FINE for axis in (1, 0))
    normals = np.dstack([-slope_u, -slope_v, np.ones_like(height)])
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    around = cv2.GaussianBlur(height, (0, 0), 0.45 * _FINE)
    light = np.clip(0.95 + 1.1 * (height - around), 0.35, 1.05)
    alpha = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 0.06 * _FINE)
    return Relief(normals.astype(np.float32), light.astype(np.float32), alpha.astype(np.float32))


def _bump(t: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(np.exp(-t * t))
