"""The fields of a groom over the scalp: where each root's hair points, how long it is, where it is cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.strands.body import SKULL
from engines.strands.boxes import boxes
from engines.strands.groom import Ball, Groom
from engines.strands.scalp import F64, Roots

Noise = Callable[[], F64]
Mask = npt.NDArray[np.bool_]

NO_CUT = -1e3
NO_CURTAIN = -1e3
_FRINGE_ROOT_HEIGHT = 6.6
# Hair on top that is longer, cm, would cross the face if it were combed straight ahead.
_CROSSES = 6.0
_SIDE_LOCK_ROOT_HEIGHT = 8.6
LOOSE = 4
# Where hair may be left out of a tie: cm above the hairline, and height.
_LOOSE_BAND, _LOOSE_ROOT_HEIGHT = 1.2, 7.2
# Sideways force per cm that brings side locks from the temples onto the cheeks.
_SIDE_LOCK_SWEEP = 0.36


@dataclass(frozen=True, slots=True)
class Fields:
    """Per root (n,): unit ``direction`` (n, 3), ``length`` and ``cut`` height in cm, ``rank`` 0 (inner) to 1
    (outer layer), ``layer`` -1 to 1 (the strand's own deviation from it), ``side`` of the parting or head,
    -1 or 1, ``zone`` (hair of one zone moves together: 0 under the line, 1 top, 2 fringe, 3 side locks,
    LOOSE left out of a tie),
    ``curtain`` half-width offset in cm (NO_CURTAIN: may fall into the face) and ``sweep``.
    """

    direction: F64
    length: F64
    cut: F64
    rank: F64
    layer: F64
    side: F64
    zone: npt.NDArray[np.int64]
    curtain: F64
    sweep: F64


def fields_at(groom: Groom, roots: Roots, rng: np.random.Generator, *, ragged: bool) -> Fields:
    """The fields of ``groom`` at ``roots``; ``ragged`` adds what differs from strand to strand."""
    n = len(roots)
    noise: Noise = (lambda: rng.normal(size=n)) if ragged else (lambda: np.zeros(n))
    p = roots.points
    fringe = _fringe_mask(groom, roots, noise)
    part_x = groom.parting.x if groom.parting else 0.0
    side = np.where(p[:, 0] > part_x, 1.0, -1.0)
    short = _under_line(groom, p)
    zone = np.where(fringe, 2, (short < 0.5).astype(np.int64))
    if groom.lengths.blend > 1.0:
        zone = np.where(fringe, 2, 1)
    locks = _side_lock_mask(groom, roots) & ~fringe
    zone[locks] = 3
    if groom.gathered:
        temple = (roots.above < _LOOSE_BAND) & (p[:, 2] > -1.0) & (p[:, 1] < _LOOSE_ROOT_HEIGHT)
        # Left out are whole wisps, not single hairs.
        wisp = np.sin(2.6 * p[:, 1] + 2.0 * np.sign(p[:, 0])) > 0.6
        chosen = wisp & (rng.random(n) < 3.0 * groom.gathered.loose) if ragged else np.ones(n, bool)
        zone[temple & chosen & ~fringe] = LOOSE
    length = _length(groom, roots, short, fringe) * (1.0 + groom.lengths.ragged * noise())
    rank = 0.12 + 0.75 * np.clip((p[:, 1] - 1.3) / 10.6, 0.0, 1.0)
    if groom.parting:
        # Volume starts beside a parting: raised at once, its two sides would leave a notch in the outline.
        near = 1.0 - np.clip(np.abs(p[:, 0] - part_x) / 2.5, 0.0, 1.0)
        rank *= 1.0 - 0.4 * near * np.clip((p[:, 2] - 1.0) / 3.0, 0.0, 1.0)
        # Raised where it leaves the parting's end in all directions, hair would stand up as a tuft.
        end = np.hypot(p[:, 0] - part_x, p[:, 2] - groom.parting.back)
        rank *= np.where(p[:, 1] > SKULL.center[1], np.clip(0.2 + end / 4.0, 0.0, 1.0), 1.0)
    curtain = groom.fall.curtain_ragged * noise()
    if groom.fall.curtain == 0.0:
        curtain[:] = NO_CURTAIN
    sweep = np.zeros(n)
    if groom.fringe:
        f = groom.fringe
        parts = f.part > 0.0
        half = f.open - groom.fall.curtain_low + groom.fall.curtain_ragged * noise()
        side = np.where(fringe & parts, np.where(p[:, 0] > f.x, 1.0, -1.0), side)
        curtain = np.where(fringe, half if parts else NO_CURTAIN, curtain)
        sweep[fringe] = f.part * side[fringe] * abs(f.sweep) if parts else f.sweep
    if groom.side_locks:
        curtain[locks] -= groom.side_locks.inset
        sweep[locks] = -_SIDE_LOCK_SWEEP * np.sign(p[locks, 0])
    return Fields(
        direction=_direction(groom, roots, side, fringe),
        length=np.maximum(length, 0.15),
        cut=_cut(groom, roots, fringe, locks, noise),
        rank=np.where(length < 3.0, 0.0, rank),
        layer=rng.uniform(-1.0, 1.0, n) if ragged else np.zeros(n),
        side=side,
        zone=zone,
        curtain=curtain,
        sweep=sweep,
    )


def density(groom: Groom, roots: Roots) -> F64:
    """Relative density of hair at ``roots``, largest about 1."""
    p = roots.points
    short = _under_line(groom, p)
    relative = 1.0 + (groom.strands.short_density - 1.0) * short
    if groom.fringe:
        inside = _fringe_mask(groom, roots, lambda: np.zeros(len(roots)))
        relative = np.where(inside, relative * groom.fringe.density, relative)
    if groom.braids:
        relative *= boxes(p, groom.braids.size)[1] > 0.5 * groom.braids.part
    if groom.fade:
        # Ever finer rather than ever fewer: single dots are not what a clipper leaves.
        relative *= np.sqrt(fade_share(groom, p))
    if groom.gathered:
        # Combed back, the hairline is seen: its fine hairs have to stand close.
        relative *= 1.0 + 1.5 * np.exp(-((roots.above / 0.7) ** 2))
    if groom.parting:
        # Hair leaves a parting to both sides; only closer roots hide that none crosses it.
        distance = np.abs(p[:, 0] - groom.parting.x)
        line = np.clip((p[:, 2] - groom.parting.back) / 3.0, 0.0, 1.0)
        relative *= 1.0 + 4.0 * line * np.exp(-((distance / 0.35) ** 2))
    return np.asarray(relative / relative.max())


def _fringe_mask(groom: Groom, roots: Roots, noise: Noise) -> Mask:
    p = roots.points
    if groom.fringe is None:
        return np.zeros(len(p), bool)
    half = np.clip(groom.fringe.half_width + 0.15 * (p[:, 2] - 3.0), 0.75 * groom.fringe.half_width, None)
    deep = p[:, 2] > groom.fringe.depth + 0.6 * noise()
    wide = np.abs(p[:, 0]) < half + 0.25 * noise()
    return np.asarray(deep & wide & (p[:, 1] > _FRINGE_ROOT_HEIGHT))


def _side_lock_mask(groom: Groom, roots: Roots) -> Mask:
    p = roots.points
    if groom.side_locks is None:
        return np.zeros(len(p), bool)
    return np.asarray((p[:, 2] > groom.side_locks.depth) & (p[:, 1] < _SIDE_LOCK_ROOT_HEIGHT))


def fade_share(groom: Groom, p: F64) -> F64:
    """How much hair a fade leaves at ``p`` (n, 3): 0 none to 1 all."""
    if groom.fade is None:
        return np.ones(len(p))
    back = np.clip((SKULL.center[2] - p[:, 2]) / 8.0, 0.0, 1.0)
    u = (p[:, 1] + groom.lengths.line_back * back - groom.fade.low) / (groom.fade.high - groom.fade.low)
    u = np.clip(u, 0.0, 1.0)
    return np.asarray(u * u * (3.0 - 2.0 * u))


def _under_line(groom: Groom, p: F64) -> F64:
    """1 where hair has the length of the sides, back and nape, 0 where it has that of the top."""
    back = np.clip((SKULL.center[2] - p[:, 2]) / 8.0, 0.0, 1.0)
    line = groom.lengths.line - groom.lengths.line_back * back
    u = np.clip((line - p[:, 1]) / groom.lengths.blend + 0.5, 0.0, 1.0)
    return u * u * (3.0 - 2.0 * u)


def _length(groom: Groom, roots: Roots, short: F64, fringe: Mask) -> F64:
    p, lengths = roots.points, groom.lengths
    back = np.clip((-p[:, 2] - 2.5) / 3.9, 0.0, 1.0)
    nape = np.clip((-1.0 - p[:, 1]) / 3.0, 0.0, 1.0) * back
    low = (lengths.side * (1.0 - back) + lengths.back * back) * (1.0 - nape) + lengths.nape * nape
    front = np.clip((p[:, 2] - 1.0) / 4.0, 0.0, 1.0)
    high = np.clip((p[:, 1] - lengths.line) / max(12.0 - lengths.line, 1.0), 0.0, 1.0)
    top = lengths.edge + (lengths.top - lengths.edge) * high
    top = top * (1.0 - front) + lengths.front * front
    length = (top * (1.0 - short) + low * short) * (0.25 + 0.75 * fade_share(groom, p))
    if groom.ball:
        return _to_ball(groom.ball, roots)
    # A fringe is cut by its plane: it only has to be long enough to reach it.
    return np.where(fringe, 9.0 + np.clip(1.05 * (7.0 - p[:, 2]), 0.0, 14.0), length)


def _to_ball(ball: Ball, roots: Roots) -> F64:
    radii = np.array([ball.width, ball.height, ball.depth])
    o = (roots.points - np.array([0.0, ball.y, ball.z])) / radii
    d = _radial(roots) / radii
    a, b, c = (d * d).sum(1), (o * d).sum(1), (o * o).sum(1) - 1.0
    return np.asarray((-b + np.sqrt(np.maximum(b * b - a * c, 0.0))) / a)


def _radial(roots: Roots) -> F64:
    out = roots.normals + np.array([0.0, 0.22, -0.05])
    return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True))


def _cut(groom: Groom, roots: Roots, fringe: Mask, locks: Mask, noise: Noise) -> F64:
    p = roots.points
    cut = np.full(len(p), NO_CUT)
    if groom.cut:
        tail = groom.cut.tail * np.minimum(np.abs(noise()), 2.0) ** 2 / 4.0
        cut = groom.cut.height - groom.cut.slope * p[:, 2] + groom.cut.ragged * noise() - tail
    if groom.side_locks:
        cut = np.where(locks, groom.side_locks.height + groom.side_locks.ragged * noise(), cut)
    if groom.fringe:
        f = groom.fringe
        aside = p[:, 0] - f.x if f.part > 0.0 else p[:, 0]
        height = f.height - f.arch * aside**2 + f.tilt * aside + f.ragged * noise()
        cut = np.where(fringe, height if f.part > 0.0 else np.maximum(height, 2.6), cut)
    return cut


def _direction(groom: Groom, roots: Roots, side: F64, fringe: Mask) -> F64:
    p, n, comb = roots.points, roots.normals, groom.comb
    x, z = comb.whorl_x, comb.whorl_z
    if groom.parting:
        # A parting runs to the whorl; hair from a whorl behind it would be combed against it.
        x, z = groom.parting.x, min(groom.parting.back, 0.0)
    share = 1.0 - (x / SKULL.radii[0]) ** 2 - ((z - SKULL.center[2]) / SKULL.radii[2]) ** 2
    whorl = np.array([x, SKULL.center[1] + SKULL.radii[1] * np.sqrt(max(share, 0.0)), z])
    flow = p - whorl
    flow /= np.linalg.norm(flow, axis=1, keepdims=True) + 1e-6
    around = np.cross(np.array([0.0, 1.0, 0.0]), flow)
    flow = flow + comb.swirl * around + np.array([0.0, -comb.down, comb.forward])
    if groom.lengths.top > _CROSSES and groom.ball is None and not groom.parting:
        # Between whorl and fringe hair falls to its own side; combed straight ahead it would cross the face.
        top = np.clip((p[:, 2] + 7.0) / 4.0, 0.0, 1.0) * np.clip((2.0 - p[:, 2]) / 3.0, 0.0, 1.0)
        flow[:, 0] += 1.2 * side * top
    if groom.parting:
        front = np.clip((p[:, 2] - groom.parting.back) / 1.5, 0.0, 1.0)[:, None]
        # On the side of the head, away from the parting is down.
        fall = 0.1 + 1.5 * np.clip(np.abs(n[:, 0]) - 0.4, 0.0, 1.0)
        away = np.stack([side, -fall, np.full_like(side, 0.05)], axis=1)
        away[:, 2] += comb.forward
        flow = front * away + (1.0 - front) * flow
    at_whorl = np.clip(np.linalg.norm(p - whorl, axis=1) / 5.0, 0.0, 1.0)
    lift = np.where(p[:, 2] < SKULL.center[2], comb.lift * comb.back_lift, comb.lift)
    # Hair that leaves the whorl steeply stands up as a tuft.
    lift = lift * at_whorl
    # Cropped sides lie close.
    lift = lift * (1.0 - 0.5 * _under_line(groom, p) * (groom.lengths.blend < 4.0))
    if groom.parting:
        lift = lift * (0.6 + 0.4 * np.clip(np.abs(p[:, 0] - groom.parting.x) / 2.5, 0.0, 1.0))
    if groom.fringe:
        f = groom.fringe
        ahead = np.stack([0.05 * p[:, 0] + 4.0 * f.sweep, np.full(len(p), -0.2), np.ones(len(p))], axis=1)
        if f.part > 0.0:
            ahead[:, 0] += f.part * (side - 4.0 * f.sweep)
            ahead[:, 2] -= 0.6 * f.part
        flow = np.where(fringe[:, None], ahead, flow)
        lift = np.where(fringe, f.lift, lift)
    flow -= n * (flow * n).sum(1, keepdims=True)
    flow /= np.linalg.norm(flow, axis=1, keepdims=True) + 1e-6
    angle = np.radians(lift)[:, None]
    direction = np.sin(angle) * n + np.cos(angle) * flow
    direction += comb.radial * (_radial(roots) - direction)
    return np.asarray(direction / np.linalg.norm(direction, axis=1, keepdims=True))
