"""What bends a strand after it has fallen: turned ends, waves and coils, frizz."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from engines.strands.clumps import Locks
from engines.strands.groom import Ends, Ringlets, Waves

F32 = npt.NDArray[np.float32]

_LARGEST_TURN = 1.9
# Relief between the outside and the inside of a ringlet's coil, and the most a vertex may have.
_HOLLOW, _MOST_RELIEF = 0.9, 1.7


def turn_ends(points: F32, length: F32, ends: Ends, among: npt.NDArray[np.bool_]) -> None:
    """Bend the last ``ends.share`` of the strands ``among`` (n,) inwards or outwards, in place."""
    _turn_ends(points, length, ends.share, ends.radius, among)


def wave(
    points: F32,
    length: F32,
    waves: Waves,
    ringlets: Ringlets | None,
    locks: Locks,
    rng: np.random.Generator,
) -> None:
    """Swing ``points`` (n, k, 3) sideways and, for coils, outwards, in place; ringlets darken the inside of
    their coils in ``locks.relief``."""
    if waves.amplitude == 0.0:
        return
    n = len(points)
    apart = 1.0 - waves.coherence
    phase = math.pi * apart * (locks.large[:, 0] + 0.6 * locks.small[:, 0] + 0.5 * rng.normal(size=n) * apart)
    amplitude = waves.amplitude * np.clip(1.0 + 0.22 * locks.large[:, 1] + 0.15 * locks.small[:, 1], 0.3, 1.8)
    pitch = waves.pitch * np.clip(
        1.0 + apart * (0.15 * locks.large[:, 2] + 0.1 * locks.small[:, 2]), 0.6, 1.5
    )
    start = waves.start * (1.0 + 0.2 * apart * locks.large[:, 2])
    hollow = 0.0
    if ringlets:
        phase = math.pi * locks.small[:, 0] + ringlets.spread * rng.normal(size=n)
        pitch = waves.pitch * np.clip(1.0 + 0.12 * locks.small[:, 2], 0.7, 1.3)
        # Curls turn to the left and to the right.
        pitch = np.where(locks.small[:, 3] > 0.0, pitch, -pitch)
        hollow = _HOLLOW
    _wave(
        points, length, phase.astype(np.float32), amplitude.astype(np.float32), pitch.astype(np.float32),
        start.astype(np.float32), waves.ramp, waves.helix, locks.relief, hollow,
    )  # fmt: skip


def frizz(points: F32, length: F32, amount: F32, rng: np.random.Generator) -> None:
    """A smooth random walk away from the path: ``amount`` (n,) in cm per square root of a cm, in place."""
    n, vertices, _ = points.shape
    steps = rng.normal(size=(n, vertices - 1, 3)).astype(np.float32)
    steps *= (amount * np.sqrt(length / (vertices - 1)))[:, None, None]
    points[:, 1:] += np.cumsum(steps, axis=1)


@njit(cache=True, nogil=True, fastmath=True)
def _turn_ends(points: F32, length: F32, share: float, radius: float, among: npt.NDArray[np.bool_]) -> None:
    n, vertices, _ = points.shape
    first = int((1.0 - share) * (vertices - 1))
    for i in range(n):
        if not among[i]:
            continue
        ix, iz = -points[i, first, 0], -2.2 - points[i, first, 2]
        m = 1.0 / (math.sqrt(ix * ix + iz * iz) + 1e-6)
        ix, iz = ix * m, iz * m
        step = length[i] / (vertices - 1)
        tx = points[i, first, 0] - points[i, first - 1, 0]
        ty = points[i, first, 1] - points[i, first - 1, 1]
        tz = points[i, first, 2] - points[i, first - 1, 2]
        m = 1.0 / (math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-6)
        tx, ty, tz = tx * m, ty * m, tz * m
        px, py, pz = points[i, first, 0], points[i, first, 1], points[i, first, 2]
        angle = 0.0
        for k in range(first + 1, vertices):
            grow = min(1.0, 2.0 * (k - first) / (vertices - first))
            angle = max(-_LARGEST_TURN, min(_LARGEST_TURN, angle + grow * step / radius))
            c, s = math.cos(angle), math.sin(angle)
            dx, dy, dz = tx * c + ix * s, ty * c, tz * c + iz * s
            m = step / (math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-6)
            px, py, pz = px + dx * m, py + dy * m, pz + dz * m
            points[i, k, 0], points[i, k, 1], points[i, k, 2] = px, py, pz


@njit(cache=True, nogil=True, fastmath=True)
def _wave(
    points: F32,
    length: F32,
    phase: F32,
    amplitude: F32,
    pitch: F32,
    start: F32,
    ramp: float,
    helix: float,
    relief: F32,
    hollow: float,
) -> None:
    n, vertices, _ = points.shape
    moved = np.zeros((vertices, 3), np.float32)
    for i in range(n):
        step = length[i] / (vertices - 1)
        for k in range(vertices):
            a, b = max(0, k - 1), min(vertices - 1, k + 1)
            tx = points[i, b, 0] - points[i, a, 0]
            ty = points[i, b, 1] - points[i, a, 1]
            tz = points[i, b, 2] - points[i, a, 2]
            m = 1.0 / (math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-6)
            tx, ty, tz = tx * m, ty * m, tz * m
            rx, ry, rz = points[i, k, 0], 0.3 * points[i, k, 1], points[i, k, 2] + 2.5
            bx, by, bz = ty * rz - tz * ry, tz * rx - tx * rz, tx * ry - ty * rx
            m = 1.0 / (math.sqrt(bx * bx + by * by + bz * bz) + 1e-6)
            bx, by, bz = bx * m, by * m, bz * m
            nx, ny, nz = by * tz - bz * ty, bz * tx - bx * tz, bx * ty - by * tx
            s = k * step
            rise = min(1.0, max(0.0, (s - start[i]) / ramp))
            rise = amplitude[i] * rise * rise * (3.0 - 2.0 * rise)
            angle = 2.0 * math.pi * s / pitch[i] + phase[i]
            # Outward swing is kept smaller than sideways swing even in a coil: the scalp is in the way.
            u, w = rise * math.sin(angle), rise * (0.35 + 0.65 * helix) * math.cos(angle)
            moved[k, 0] = u * bx + w * nx
            moved[k, 1] = u * by + w * ny
            moved[k, 2] = u * bz + w * nz
            if hollow > 0.0:
                stands_out = relief[i, k] + hollow * rise / amplitude[i] * math.cos(angle)
                relief[i, k] = max(-_MOST_RELIEF, min(_MOST_RELIEF, stands_out))
        for k in range(vertices):
            for c in range(3):
                points[i, k, c] += moved[k, c]
