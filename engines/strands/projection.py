"""Vertices into the image, where they swing to, and as many as are wanted."""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from engines.strands.sway import (
    ACROSS,
    CM,
    LAG,
    LOW,
    MIDDLE,
    MIDDLE_LOW,
    RANK,
    ROOM,
    TO_LOW,
    WEIGHT,
)

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
Swing = tuple[np.float32, ...]
"""24 numbers: for each zone how far its tips are off, head frame, cm, in the first mode and in the second."""

# Strands leave in an order, and get thin before they go: nobody sees one vanish. Ranks over which they do.
_THINNING = 40.0


@numba.njit(nogil=True, fastmath=True, inline="always", error_model="numpy")
def _byte(word: np.uint32, column: int) -> np.float32:
    """``column`` of a sway table from the half of the row that it is in."""
    return np.float32(np.int32((word >> np.uint32(8 * (column & 3))) & np.uint32(255)))


@numba.njit(nogil=True, fastmath=True, inline="always", error_model="numpy")
def swayed(
    x: np.float32, y: np.float32, z: np.float32, weights: np.uint32, limits: np.uint32, swing: Swing
) -> tuple[np.float32, np.float32, np.float32]:
    """Where a vertex is now, cm. ``weights`` and ``limits``: its row of the sway table.

    Hair yields where it meets the body, and slides along it. ``swing`` is a tuple and no array, so that the
    compiler keeps it in registers.
    """
    w0 = _byte(weights, 0) * np.float32(WEIGHT / 255.0)
    w1 = _byte(weights, 1) * np.float32(WEIGHT / 255.0)
    w2 = _byte(weights, 2) * np.float32(WEIGHT / 255.0)
    w3 = _byte(weights, 3) * np.float32(WEIGHT / 255.0)
    lag = _byte(limits, LAG) * np.float32(1.0 / 127.5) - np.float32(1.0)
    dx = w0 * swing[0] + w1 * swing[6] + w2 * swing[12] + w3 * swing[18]
    dy = w0 * swing[1] + w1 * swing[7] + w2 * swing[13] + w3 * swing[19]
    dz = w0 * swing[2] + w1 * swing[8] + w2 * swing[14] + w3 * swing[20]
    dx += lag * (w0 * swing[3] + w1 * swing[9] + w2 * swing[15] + w3 * swing[21])
    dy += lag * (w0 * swing[4] + w1 * swing[10] + w2 * swing[16] + w3 * swing[22])
    dz += lag * (w0 * swing[5] + w1 * swing[11] + w2 * swing[17] + w3 * swing[23])
    aside = min(np.float32(1.0), max(np.float32(0.0), (y - np.float32(LOW)) * np.float32(1.0 / TO_LOW)))
    nx, nz = x * aside, z - (np.float32(MIDDLE_LOW) + aside * np.float32(MIDDLE - MIDDLE_LOW))
    norm = np.float32(1.0) / np.float32(math.sqrt(nx * nx + nz * nz + np.float32(1e-3)))
    nx, nz = nx * norm, nz * norm
    room = _byte(limits, ROOM) * np.float32(CM / 255.0)
    inside = max(-(dx * nx + dz * nz) - room, np.float32(0.0))
    dx += nx * inside
    dz += nz * inside
    across = _byte(limits, ACROSS) * np.float32(CM / 255.0)
    dx = max(dx, -across) if x > np.float32(0.0) else min(dx, across)
    return x + dx, y + dy, z + dz


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def project(
    place: F32,
    sway: U8,
    swing: Swing,
    camera: tuple[np.float32, ...],
    scale: float,
    last: float,
    wider: float,
    position: F32,
) -> None:
    """Put the vertices into the image.

    ``place`` (v, 4): head-frame x, y, z and width in cm. ``sway`` (v, 8) and ``swing``: as in
    sway.Sway and Swing. ``camera``: the nine of HeadPose.matrix and the head origin in buffer px.
    ``scale``: px per cm. Strands up to the rank ``last`` are drawn, ``wider`` times as wide; see thinned.
    Writes ``position`` (v, 4): buffer x, y, depth and width, px.
    """
    size = np.float32(scale * wider)
    edge, slope = np.float32(last), np.float32(1.0 / _THINNING)
    one, zero = np.float32(1.0), np.float32(0.0)
    # Flat, with unsigned indices and without a branch the compiler makes vectors of this, and hidden vertices
    # cost less than to leave them out.
    rest, words, out = place.reshape(-1), sway.view(np.uint32).reshape(-1), position.reshape(-1)
    one_on, two_on, three_on = np.uintp(1), np.uintp(2), np.uintp(3)
    for i in range(place.shape[0]):
        row, at = np.uintp(2 * i), np.uintp(4 * i)
        limits = words[row + one_on]
        x, y, z = swayed(rest[at], rest[at + one_on], rest[at + two_on], words[row], limits, swing)
        kept = min(one, max(zero, (edge - _byte(limits, RANK)) * slope))
        out[at] = camera[0] * x + camera[1] * y + camera[2] * z + camera[9]
        out[at + one_on] = camera[3] * x + camera[4] * y + camera[5] * z + camera[10]
        out[at + two_on] = camera[6] * x + camera[7] * y + camera[8] * z
        out[at + three_on] = rest[at + three_on] * size * kept


def thinned(share: float) -> tuple[float, float]:
    """``last`` and ``wider`` of project for a ``share`` (0..1] of the strands."""
    if share >= 1.0:
        return 256.0 + _THINNING, 1.0
    return 256.0 * share + 0.5 * _THINNING, 1.0 / share
