"""Guide strands grown from the scalp: direction, gravity, layering, collision with the body, curtain."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from engines.strands.body import BODY, ellipsoid_array
from engines.strands.fields import Fields
from engines.strands.groom import Groom
from engines.strands.scalp import F64, Roots

STEP = 0.4
"""cm between the points of a guide."""

_CLEARANCE = 0.25
_SMOOTHING, _SMOOTHING_FAR = 12, 40
_FAR = 15.0


def grow_guides(groom: Groom, roots: Roots, fields: Fields, length: float) -> F64:
    """(n, steps, 3) points every STEP cm from the roots to ``length`` cm, smoothed."""
    fall = groom.fall
    steps = max(4, math.ceil(length / STEP) + 2)
    parameters = np.array(
        [
            fall.gravity, fall.stiff, fall.hug, fall.low_hug, fall.volume,
            fall.curtain_top, fall.curtain_low, fall.forward,
        ]
    )  # fmt: skip
    points = _grow(
        roots.points, fields.direction, fields.rank, fields.side, fields.curtain, fields.sweep,
        parameters, ellipsoid_array(BODY).astype(np.float64), steps,
    )  # fmt: skip
    _smooth(points, 0, _SMOOTHING if groom.comb.radial == 0.0 else 2)
    # Far down, hair is too heavy to follow the edge of a shoulder.
    _smooth(points, round(_FAR / STEP), _SMOOTHING_FAR)
    return np.asarray(points)


@njit(cache=True, nogil=True, fastmath=True)
def forehead_room(y: float, z: float) -> float:
    """Clearance in cm at a height and depth of the head; foreheads may bulge more than the mean one."""
    return 0.5 * min(1.0, max(0.0, (z - 2.0) / 3.0)) * min(1.0, max(0.0, (9.0 - y) / 1.5))


@njit(cache=True, nogil=True, fastmath=True)
def _grow(
    root: F64,
    direction: F64,
    rank: F64,
    side: F64,
    curtain: F64,
    sweep: F64,
    parameters: F64,
    bodies: npt.NDArray[np.float64],
    steps: int,
) -> F64:
    gravity, stiff, hug, low_hug, volume, curtain_top, curtain_low, forward = parameters
    n = root.shape[0]
    points = np.zeros((n, steps, 3))
    for i in range(n):
        px, py, pz = root[i, 0], root[i, 1], root[i, 2]
        dx, dy, dz = direction[i, 0], direction[i, 1], direction[i, 2]
        points[i, 0, 0], points[i, 0, 1], points[i, 0, 2] = px, py, pz
        for k in range(1, steps):
            s = (k - 1) * STEP
            dy -= gravity * min(1.0, 0.25 + s / stiff) * STEP
            dx += sweep[i] * max(0.0, 1.0 - s / 12.0) * STEP
            qx, qy, qz = px + dx * STEP, py + dy * STEP, pz + dz * STEP
            wanted = _CLEARANCE + volume * rank[i] * min(1.0, 0.4 + s / 3.5)
            nearest, hx, hy, hz = 1e9, 0.0, 0.0, 0.0
            for e in range(4):
                ux = (qx - bodies[e, 0]) / bodies[e, 3]
                uy = (qy - bodies[e, 1]) / bodies[e, 4]
                uz = (qz - bodies[e, 2]) / bodies[e, 5]
                r = math.sqrt(ux * ux + uy * uy + uz * uz) + 1e-6
                gx, gy, gz = ux / bodies[e, 3], uy / bodies[e, 4], uz / bodies[e, 5]
                m = math.sqrt(gx * gx + gy * gy + gz * gz) + 1e-9
                distance = (r - 1.0) * r / m
                gx, gy, gz = gx / m, gy / m, gz / m
                if e == 3:
                    # Pushed sideways, hair on the shoulders flares; it slides off to the front or back.
                    gx, gy, gz = gx * 0.08, gy * 0.25, 0.8 if qz > bodies[3, 2] + 0.5 else -0.8
                keep = wanted if e != 1 else 0.30 + 0.35 * rank[i]
                keep += forehead_room(qy, qz) * min(1.0, s / 1.5)
                if distance < keep:
                    # The soft part of the push lets layers settle at their own distance.
                    push = (keep - distance) * (1.0 if distance < 0.2 else 0.30)
                    qx, qy, qz = qx + gx * push, qy + gy * push, qz + gz * push
                if (e != 1 or qz < 4.0) and distance < nearest:
                    nearest, hx, hy, hz = distance, gx, gy, gz
            if hug > 0.0 and nearest > wanted:
                pull = hug * min(1.0, s / 5.0) * min(1.0, (nearest - wanted) / 2.0) * STEP
                if qy < -2.5:
                    pull *= low_hug
                qx, qy, qz = qx - hx * pull, qy - hy * pull, qz - hz * pull
            if -2.0 < qz < 3.5 and -9.0 < qy < 6.0:
                qz += forward * STEP * min(1.0, s / 5.0) * (3.5 - qz) / 5.5
            if qz > 0.8 and qy < 9.0:
                down = min(1.0, max(0.0, (8.0 - qy) / 5.0))
                half = curtain_top + (curtain_low - curtain_top) * math.sqrt(down)
                half += curtain[i] * max(down, 0.1) - 0.05 * max(0.0, -qy)
                # Hair that has already come down on one side stays there.
                to = side[i] if abs(qx) < 3.0 else math.copysign(1.0, qx)
                if to * qx < half:
                    qx += to * min(0.9 * STEP, (half - to * qx) * 0.5)
            dx, dy, dz = qx - px, qy - py, qz - pz
            m = 1.0 / (math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-9)
            dx, dy, dz = dx * m, dy * m, dz * m
            px, py, pz = px + dx * STEP, py + dy * STEP, pz + dz * STEP
            points[i, k, 0], points[i, k, 1], points[i, k, 2] = px, py, pz
    return points


@njit(cache=True, nogil=True, fastmath=True)
def _smooth(points: F64, first: int, passes: int) -> None:
    """Three-tap passes; without them ripples of the collision show as arcs in the shading."""
    n, steps, _ = points.shape
    for i in range(n):
        for _ in range(passes):
            for c in range(3):
                before = points[i, min(first, steps - 1), c]
                for k in range(first + 1, steps - 1):
                    here = points[i, k, c]
                    points[i, k, c] = 0.25 * before + 0.5 * here + 0.25 * points[i, k + 1, c]
                    before = here
