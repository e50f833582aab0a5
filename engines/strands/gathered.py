"""Hair swept over the head to a tie, and what hangs or is wound there: a tail or a bun."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from engines.strands.body import BODY, SKULL
from engines.strands.children import Strands
from engines.strands.fields import Fields
from engines.strands.groom import Groom
from engines.strands.growth import STEP
from engines.strands.scalp import F64, Roots
from engines.strands.tied import Bun, Gathered, Tail

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_CENTER, _RADII = np.array(SKULL.center), np.array(SKULL.radii)
_ON_SCALP, _BEYOND = 22, 40
# How thick hair lies at the tie, and how far it leaves the scalp before it turns into the tail, cm.
_THICK, _TURN = 0.9, 0.9
# A tail is wide where it swings free and thins out from here on, as a share of its length.
_THINS_FROM = 0.55
# cm of a bun's rope in which its strands go around it once.
_TWIST = 5.0
# Height in cm of the lowest hair that is combed back above the ear.
_OVER_EAR = 5.2
# In a tie hair is pressed together: drawn strand by strand, a tail or bun would be a solid without light.
_BEYOND_TIE = {"tail": 0.4, "bun": 0.12}


def sweep(
    groom: Groom, gathered: Gathered, roots: Roots, fields: Fields, rng: np.random.Generator
) -> tuple[F64, Mask]:
    """Paths (n, steps, 3) in cm from every root over the scalp to the tie; those of the (n,) strands that go
    on into the tail or bun."""
    unit = (roots.points - _CENTER) / _RADII
    tie = np.array([0.0, math.cos(math.radians(gathered.tie)), -math.sin(math.radians(gathered.tie))])
    far = np.arccos(np.clip(unit @ tie, -1.0, 1.0)) / math.pi
    # What comes from afar lies on what grows near the tie.
    layer = np.clip(0.6 * far + 0.5 * rng.random(len(unit)), 0.0, 1.0)

    middle = unit + tie
    front = np.clip((roots.points[:, 2] + 6.0) / 8.0, 0.0, 1.0)
    middle[:, 0] += gathered.aside * fields.side * front
    middle /= np.linalg.norm(middle, axis=1, keepdims=True)
    # Hair from the temples goes over the ear, not across it.
    over_ear = (_OVER_EAR - _CENTER[1]) / _RADII[1]
    middle[:, 1] += front * np.maximum(over_ear - middle[:, 1], 0.0)
    middle /= np.linalg.norm(middle, axis=1, keepdims=True)

    normal = tie / _RADII
    normal /= np.linalg.norm(normal)
    across = np.array([1.0, 0.0, 0.0])
    along = np.cross(normal, across)
    angle = np.arctan2((middle - tie) @ along, (middle - tie) @ across)
    disc = np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.sqrt(layer)[:, None]

    end = tie + (disc[:, :1] * across + disc[:, 1:] * along) * gathered.radius / _RADII
    end /= np.linalg.norm(end, axis=1, keepdims=True)
    t = np.linspace(0.0, 1.0, _ON_SCALP)[None, :, None]
    path = _slerp(_slerp(unit[:, None], middle[:, None], t), _slerp(middle[:, None], end[:, None], t), t)
    height = gathered.rise * layer[:, None, None] * np.sin(math.pi * t) ** 0.7
    height = height + (0.12 + _THICK * layer[:, None, None] * t) * np.minimum(1.0, 6.0 * t)
    outward = path / _RADII
    outward /= np.linalg.norm(outward, axis=2, keepdims=True)
    on_scalp = _CENTER + _RADII * path + outward * height

    anchor = _CENTER + _RADII * tie + normal * (_THICK + _TURN)
    goes_on = rng.random(len(unit)) < _BEYOND_TIE["bun" if groom.bun else "tail"]
    if groom.bun:
        tied = _wound(groom.bun, anchor, (across, along, normal), disc[goes_on], gathered.radius)
    else:
        assert groom.tail is not None
        tied = _hanging(groom.tail, anchor, normal, disc[goes_on], gathered.radius, far[goes_on], rng)
    paths = np.concatenate([on_scalp, np.repeat(on_scalp[:, -1:], _BEYOND, axis=1)], axis=1)
    paths[goes_on, _ON_SCALP:] = tied
    return paths, goes_on


def even(path: F64, length: F64, vertices: int) -> Strands:
    """Strands of ``vertices`` points, even in arc length, along the first ``length`` (n,) cm of ``path``."""
    smooth = path.copy()
    for _ in range(3):
        smooth[:, 1:-1] = 0.25 * smooth[:, :-2] + 0.5 * smooth[:, 1:-1] + 0.25 * smooth[:, 2:]
    points = np.zeros((len(path), vertices, 3), np.float32)
    whole = np.zeros(len(path), np.float32)
    _even(smooth, length, points, whole)
    return Strands(points, whole)


def _slerp(a: F64, b: F64, t: F64) -> F64:
    angle = np.arccos(np.clip((a * b).sum(axis=-1, keepdims=True), -1.0, 1.0)) + 1e-6
    return np.asarray((np.sin((1.0 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle))


def _hanging(
    tail: Tail, anchor: F64, normal: F64, disc: F64, radius: float, far: F64, rng: np.random.Generator
) -> F64:
    """Strands of a tail that leaves ``anchor`` along ``normal`` and falls outside the body."""
    center = _fall(anchor, normal, tail)
    s = np.linspace(0.0, 1.0, len(center))
    free = np.clip(s * tail.length / 9.0, 0.0, 1.0)
    wide = radius + (tail.width - radius) * free * free * (3.0 - 2.0 * free)
    wide *= 1.0 - 0.75 * np.clip((s - _THINS_FROM) / (1.0 - _THINS_FROM), 0.0, 1.0) ** 1.5
    frames = _frames(center)
    # Hair from the front has come a longer way when it reaches the tie.
    share = np.clip(1.0 - 0.16 * far - tail.ragged * np.abs(rng.normal(size=len(far))), 0.3, 1.0)
    at = share[:, None] * np.linspace(0.0, 1.0, _BEYOND) * (len(center) - 1)
    low = np.minimum(at.astype(np.int64), len(center) - 2)
    part = (at - low)[..., None]

    def between(values: F64) -> F64:
        return np.asarray(values[low] * (1.0 - part) + values[low + 1] * part)

    spread = between(wide[:, None])
    sideways = disc[:, None, :1] * spread * between(frames[0])
    outwards = 0.75 * disc[:, None, 1:] * spread * between(frames[1])
    return np.asarray(between(center) + sideways + outwards)


def _fall(anchor: F64, normal: F64, tail: Tail) -> F64:
    """(steps, 3): the middle of a tail, its weight against its stiffness, outside the body."""
    points = [anchor]
    direction = normal + np.array([tail.lean, tail.arch, 0.0])
    direction /= np.linalg.norm(direction)
    for k in range(1, max(8, round(tail.length / STEP))):
        s = k * STEP
        direction = direction - np.array([0.0, tail.gravity * min(1.0, s / 4.0) * STEP, 0.0])
        place = points[-1] + direction * STEP
        for body in BODY:
            u = (place - np.array(body.center)) / np.array(body.radii)
            r = float(np.linalg.norm(u)) + 1e-6
            gradient = u / np.array(body.radii)
            m = float(np.linalg.norm(gradient)) + 1e-9
            missing = 0.5 + 0.6 * tail.width * min(1.0, s / 6.0) - (r - 1.0) * r / m
            if missing > 0.0:
                place = place + gradient / m * missing * 0.5
        direction = place - points[-1]
        direction /= np.linalg.norm(direction) + 1e-9
        points.append(points[-1] + direction * STEP)
    center = np.array(points)
    for _ in range(30):
        center[1:-1] = 0.25 * center[:-2] + 0.5 * center[1:-1] + 0.25 * center[2:]
    return center


def _frames(center: F64) -> tuple[F64, F64]:
    """Unit vectors across a path in the middle plane: to the person's left and out of the path."""
    tangent = np.gradient(center, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    left = np.tile([1.0, 0.0, 0.0], (len(center), 1))
    return left, np.cross(tangent, left)


def _wound(bun: Bun, anchor: F64, frame: tuple[F64, F64, F64], disc: F64, radius: float) -> F64:
    """Strands of a rope that comes out of the tie and is wound around it, from the scalp up."""
    across, along, normal = frame
    rope = 0.42 * bun.radius
    turn = np.linspace(0.0, 2.0 * math.pi * bun.turns, _BEYOND)
    done = turn / turn[-1]
    reach = (bun.radius - rope) * np.minimum(1.0, turn / 2.0) * (1.0 - 0.75 * done**1.5)
    height = rope * (0.3 + 2.4 * bun.flat * done)
    ring = np.cos(turn)[:, None] * across + np.sin(turn)[:, None] * along
    center = anchor - normal * _TURN + reach[:, None] * ring + height[:, None] * normal
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(center, axis=0), axis=1))])
    twist = 2.0 * math.pi * arc / _TWIST
    thick = (radius + (rope - radius) * np.clip(3.0 * done, 0.0, 1.0)) * np.where(done > 0.9, 0.9, 1.0)
    a, b = disc[:, :1], disc[:, 1:]
    outwards = thick * (a * np.cos(twist) - b * np.sin(twist))
    upwards = thick * (a * np.sin(twist) + b * np.cos(twist))
    return np.asarray(center + outwards[..., None] * ring + upwards[..., None] * normal)


@njit(cache=True, nogil=True, fastmath=True)
def _even(path: F64, length: F64, points: F32, whole: F32) -> None:
    n, steps, _ = path.shape
    vertices = points.shape[1]
    arc = np.zeros(steps)
    for i in range(n):
        for k in range(1, steps):
            dx = path[i, k, 0] - path[i, k - 1, 0]
            dy = path[i, k, 1] - path[i, k - 1, 1]
            dz = path[i, k, 2] - path[i, k - 1, 2]
            arc[k] = arc[k - 1] + math.sqrt(dx * dx + dy * dy + dz * dz)
        end = min(arc[steps - 1], length[i])
        whole[i] = end
        k = 0
        for v in range(vertices):
            s = end * v / (vertices - 1)
            while k < steps - 2 and arc[k + 1] < s:
                k += 1
            f = min(1.0, (s - arc[k]) / (arc[k + 1] - arc[k] + 1e-9))
            for c in range(3):
                points[i, v, c] = path[i, k, c] * (1.0 - f) + path[i, k + 1, c] * f
