"""Which way the wearer's own hair runs, and texture that runs along it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numba
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.strands.body import SKULL
from realtime.head.head_projection import head_coordinates

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

# Across a strand the texture changes over so many cm: strands that a camera resolves, and dyed locks.
_STRAND, _LOCK = 0.13, 0.38
# Strands and locks are followed so far to both sides, cm.
_STRAND_REACH, _LOCK_REACH = 1.2, 3.0
# The direction of hair is that of its edges within this distance, cm.
_SMOOTH = 0.5
# Against the edges' own direction, that of hair falling from the crown counts so much, in L* per px squared.
_FALLS = 0.4
# Locks are drawn on every so many-th pixel.
_COARSER = 2
_TILE = 256


@dataclass(frozen=True, slots=True)
class OwnStrands:
    """``strand`` and ``lock`` (h, w) float32: texture along the hair, normal deviates that hold still on the
    head: fine, and as wide as a lock; 0 off the hair. At the resolution of the analysis."""

    strand: F32
    lock: F32


def read_strands(rgb: U8, alpha: F32, face: Face) -> OwnStrands:
    """Strands of the hair ``alpha`` (h, w) in ``rgb`` (h, w, 3) uint8 sRGB, ``face`` in the same pixels.

    Line integral convolution (Cabral and Leedom, SIGGRAPH 1993) of noise that is fixed to the head, along
    the direction in which the picture changes least (structure tensor).
    """
    height, width = alpha.shape
    x, y = head_coordinates(face, width, height)
    unit = face.pose.scale
    direction = _directions(rgb, alpha, x, y, unit)
    hair = np.asarray(cv2.dilate(alpha, np.ones((5, 5), np.uint8)) > 0.05)
    cell = max(_STRAND, 1.2 / unit)
    strand = _texture(_head_locked(x / cell, y / cell, 1), direction, hair, _STRAND_REACH * unit)
    coarse = np.s_[::_COARSER, ::_COARSER]
    noise = _head_locked(x[coarse] / _LOCK, y[coarse] / _LOCK, 2)
    lock = _texture(noise, direction[coarse].copy(), hair[coarse].copy(), _LOCK_REACH * unit / _COARSER)
    lock = np.asarray(cv2.resize(lock, (width, height)), np.float32)
    return OwnStrands(strand, lock)


def _texture(noise: F32, direction: F32, hair: npt.NDArray[np.bool_], reach: float) -> F32:
    drawn = _convolve(noise, direction, hair, max(2, round(reach)))
    inside = drawn[hair] if hair.any() else drawn
    drawn = (drawn - inside.mean()) / max(float(inside.std()), 1e-3)
    return np.asarray(np.where(hair, np.clip(drawn, -2.5, 2.5), 0.0), np.float32)


def _directions(rgb: U8, alpha: F32, x: F32, y: F32, unit: float) -> F32:
    """(h, w, 2) float32: unit vectors along the hair, image x and y."""
    lightness = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[..., 0].astype(np.float32) * np.float32(100.0 / 255.0)
    gray = cv2.GaussianBlur(lightness, (0, 0), 0.8)
    gx, gy = cv2.Sobel(gray, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(gray, cv2.CV_32F, 0, 1, scale=0.125)
    # The outline of the hair is no strand.
    weight = np.clip(4.0 * cv2.erode(alpha, np.ones((5, 5), np.uint8)) - 3.0, 0.0, 1.0)
    tensor = np.stack([gx * gx * weight, gx * gy * weight, gy * gy * weight], axis=-1)
    tensor = cv2.GaussianBlur(tensor, (0, 0), max(_SMOOTH * unit, 1.0))
    # From the crown hair falls outwards, and beside the face straight down.
    fx, fy = (
        (x - SKULL.center[0]) / SKULL.radii[0],
        (y - SKULL.center[1] - 0.6 * SKULL.radii[1]) / SKULL.radii[1],
    )
    fx = fx * np.clip(1.0 + (y - 4.0) / 10.0, 0.1, 1.0)
    fy = np.minimum(fy, -0.25)
    norm = fx * fx + fy * fy
    jxx = tensor[..., 0] + _FALLS * fy * fy / norm
    jxy = tensor[..., 1] + _FALLS * fx * fy / norm
    jyy = tensor[..., 2] + _FALLS * fx * fx / norm
    across = 0.5 * np.arctan2(2.0 * jxy, jxx - jyy)
    return np.asarray(np.stack([-np.sin(across), np.cos(across)], axis=-1), np.float32)


def _head_locked(u: F32, v: F32, seed: int) -> F32:
    """(h, w) float32: normal noise with cells of 1 in ``u`` and ``v``."""
    tile = np.random.default_rng(seed).standard_normal((_TILE, _TILE)).astype(np.float32)
    return np.asarray(
        cv2.remap(tile, np.mod(u, _TILE - 1), np.mod(v, _TILE - 1), cv2.INTER_LINEAR), np.float32
    )


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _convolve(noise: F32, direction: F32, hair: npt.NDArray[np.bool_], reach: int) -> F32:
    """The sum of ``noise`` (h, w) along ``direction`` (h, w, 2), ``reach`` px to both sides within ``hair``,
    over the root of its length."""
    height, width = noise.shape
    out = np.zeros((height, width), np.float32)
    half = np.float32(0.5)
    for row in range(height):
        for column in range(width):
            if not hair[row, column]:
                continue
            total, count = noise[row, column], np.float32(1.0)
            for sign in (np.float32(1.0), np.float32(-1.0)):
                px, py = np.float32(column), np.float32(row)
                dx, dy = direction[row, column, 0] * sign, direction[row, column, 1] * sign
                for _ in range(reach):
                    px += dx
                    py += dy
                    i, j = int(py + half), int(px + half)
                    if i < 0 or j < 0 or i >= height or j >= width or not hair[i, j]:
                        break
                    total += noise[i, j]
                    count += np.float32(1.0)
                    ex, ey = direction[i, j, 0], direction[i, j, 1]
                    if ex * dx + ey * dy < np.float32(0.0):
                        ex, ey = -ex, -ey
                    dx, dy = ex, ey
            out[row, column] = total / np.float32(np.sqrt(count))
    return out
