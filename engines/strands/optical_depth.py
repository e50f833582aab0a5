"""How much hair lies between a vertex and the outside, baked once per groom."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from engines.strands.body import BODY, NECK, SKULL, ellipsoid_array
from engines.strands.strand_set import TAU_DIRECTIONS

F32 = npt.NDArray[np.float32]

_CELL = 0.5
_ORIGIN = np.array([-25.0, -45.0, -22.0], np.float32)
_CELLS = (100, 132, 84)
_MARCH = 9
_STRAND_SHADE = 0.02
"""Diameter in cm with which one of 16 000 strands blocks light: less than drawn, as hair also scatters."""

_VIEWS = np.array(
    [
        (math.sin(math.radians(yaw)) * math.cos(math.radians(pitch)), math.sin(math.radians(pitch)),
         math.cos(math.radians(yaw)) * math.cos(math.radians(pitch)))
        for yaw in (-70, -35, 0, 35, 70)
        for pitch in (-15, 25)
    ],
    np.float32,
)  # fmt: skip


def optical_depth(points: F32, length: F32, shade: F32, rng: np.random.Generator) -> tuple[F32, F32]:
    """``tau`` (n, k, 5) of StrandSet for strands (n, k, 3), and the least depth (n, k) over all views the
    product shows (yaw to ±70°, pitch to ±25°), body included. ``shade`` (n,): factor on what a strand blocks.
    """
    n, vertices, _ = points.shape
    step = length / (vertices - 1)
    grid = _extinction(points, shade * step * _STRAND_SHADE * math.sqrt(16000 / n) / _CELL**3)
    # Nearest-cell lookups from vertices in line show as arcs; a jittered start and smoothing hide the grid.
    jittered = points + rng.uniform(-0.35, 0.35, points.shape).astype(np.float32)
    tau = np.zeros((n, vertices, 5), np.float32)
    _march(jittered, grid, TAU_DIRECTIONS, np.array(SKULL.center, np.float32), tau)
    tau[..., :] += _under_hair(points)[..., None]
    _smooth(tau, 6)
    least = np.full((n, vertices), np.float32(1e3))
    _least_seen(points, grid, _VIEWS, ellipsoid_array(BODY[:3]), least)
    return tau, least


def _under_hair(points: F32) -> F32:
    """The dark inside of hair that hangs around the neck, which the short march does not reach."""
    distance = np.hypot(points[..., 0], points[..., 2] - NECK.center[2] + 0.9)
    inside = np.exp(-np.maximum(0.0, distance - 6.0) / 2.1) * np.clip((2.3 - points[..., 1]) / 5.8, 0.0, 1.0)
    return np.asarray(1.8 * inside, np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def _extinction(points: F32, weight: F32) -> F32:
    n, vertices, _ = points.shape
    grid = np.zeros(_CELLS, np.float32)
    for i in range(n):
        for k in range(vertices):
            a = int((points[i, k, 0] - _ORIGIN[0]) / _CELL)
            b = int((points[i, k, 1] - _ORIGIN[1]) / _CELL)
            c = int((points[i, k, 2] - _ORIGIN[2]) / _CELL)
            if 0 <= a < _CELLS[0] and 0 <= b < _CELLS[1] and 0 <= c < _CELLS[2]:
                grid[a, b, c] += weight[i]
    return grid


@njit(cache=True, nogil=True, fastmath=True)
def _along(x: float, y: float, z: float, dx: float, dy: float, dz: float, grid: F32) -> float:
    total = 0.0
    for q in range(_MARCH):
        reach = _CELL * (q + 0.6)
        a = int((x + dx * reach - _ORIGIN[0]) / _CELL)
        b = int((y + dy * reach - _ORIGIN[1]) / _CELL)
        c = int((z + dz * reach - _ORIGIN[2]) / _CELL)
        if a < 0 or b < 0 or c < 0 or a >= _CELLS[0] or b >= _CELLS[1] or c >= _CELLS[2]:
            break
        total += grid[a, b, c]
    return total * _CELL


@njit(cache=True, nogil=True, fastmath=True)
def _every_other(vertices: int) -> npt.NDArray[np.int64]:
    """Vertices that are looked at: depth changes little from one to the next. The last is always one."""
    chosen = np.arange(0, vertices + 1, 2)
    chosen[-1] = vertices - 1
    return chosen


@njit(cache=True, nogil=True, fastmath=True)
def _march(points: F32, grid: F32, directions: F32, center: F32, tau: F32) -> None:
    n, vertices, _ = points.shape
    for i in range(n):
        for k in _every_other(vertices):
            x, y, z = points[i, k, 0], points[i, k, 1], points[i, k, 2]
            for j in range(4):
                tau[i, k, j] = _along(x, y, z, directions[j, 0], directions[j, 1], directions[j, 2], grid)
            ox, oy, oz = x - center[0], 0.6 * (y - center[1]), z - center[2]
            m = 1.0 / (math.sqrt(ox * ox + oy * oy + oz * oz) + 1e-6)
            tau[i, k, 4] = _along(x, y, z, ox * m, oy * m, oz * m, grid)
        for k in range(1, vertices - 1, 2):
            for j in range(5):
                tau[i, k, j] = 0.5 * (tau[i, k - 1, j] + tau[i, k + 1, j])


@njit(cache=True, nogil=True, fastmath=True)
def _least_seen(points: F32, grid: F32, views: F32, bodies: F32, least: F32) -> None:
    n, vertices, _ = points.shape
    for i in range(n):
        for k in _every_other(vertices):
            x, y, z = points[i, k, 0], points[i, k, 1], points[i, k, 2]
            for j in range(views.shape[0]):
                dx, dy, dz = views[j, 0], views[j, 1], views[j, 2]
                hidden = False
                for e in range(bodies.shape[0]):
                    # A body 8 % smaller than the mean still hides what is behind it on a smaller head.
                    ox = (x - bodies[e, 0]) / (0.92 * bodies[e, 3])
                    oy = (y - bodies[e, 1]) / (0.92 * bodies[e, 4])
                    oz = (z - bodies[e, 2]) / (0.92 * bodies[e, 5])
                    ux = dx / (0.92 * bodies[e, 3])
                    uy = dy / (0.92 * bodies[e, 4])
                    uz = dz / (0.92 * bodies[e, 5])
                    along = ox * ux + oy * uy + oz * uz
                    if along < 0.0:
                        square = ux * ux + uy * uy + uz * uz
                        if ox * ox + oy * oy + oz * oz - along * along / square < 1.0:
                            hidden = True
                            break
                if not hidden:
                    least[i, k] = min(least[i, k], _along(x, y, z, dx, dy, dz, grid))
                    if least[i, k] < 0.5:
                        break
        for k in range(1, vertices - 1, 2):
            least[i, k] = min(least[i, k - 1], least[i, k + 1])


@njit(cache=True, nogil=True, fastmath=True)
def _smooth(values: F32, passes: int) -> None:
    n, vertices, channels = values.shape
    for i in range(n):
        for _ in range(passes):
            for c in range(channels):
                before = values[i, 0, c]
                for k in range(1, vertices - 1):
                    here = values[i, k, c]
                    values[i, k, c] = 0.25 * before + 0.5 * here + 0.25 * values[i, k + 1, c]
                    before = here
