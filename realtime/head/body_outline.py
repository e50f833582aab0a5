"""Neck and shoulders as they would be without hair before them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_geometry import mean_face
from realtime.removal.membrane import membrane

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# The neck leans with half of the head's roll; it starts under the ears and ends this far down, cm.
_LEAN = 0.5
_NECK_TOP = (0.0, -3.5, -2.6)
_NECK_LENGTH = 17.0
_HALF_NECK = 4.9
# It is narrower by this where the jaw hides it.
_WAIST = 0.5
# The line of neck and shoulder: starts this far under the chin beside the neck, falls by _FALL within
# _BEND cm and then by _SLOPE per cm.
_START, _FALL, _BEND, _SLOPE = 4.4, 1.8, 2.5, 0.30
# Where the outline is looked for: columns beside the neck, rows under the chin, cm.
_STEP = 0.5
_ASIDE = 26.0
_DEEP = 30.0
# How far shoulders differ between people: cm, and cm per cm.
_SPREAD, _SLOPE_SPREAD = 2.0, 0.12
_SEEN = 0.4
# Shoulders fall by less than this, cm per cm.
_ARM = 1.2
_HIGHEST = 1.5
# What is seen of a body so close beside the neck, cm, may lift the line by so much, and the other side's by
# a share of it.
_BESIDE, _HIGHER, _ALIKE = 9.0, 3.0, 0.7
# The opening of a collar at the neck, and the part of the chest in which its depth is measured, half widths.
_COLLAR, _MIDDLE = 7.4, 4.0
_ROWS = 33
# What is seen of a body and beyond it lies so far off its edge, cm, and moves it by so much at most; the
# weight per pixel with which the edge stays where it was expected.
_CLEAR, _MOST_WRONG, _MODEL = 0.35, 4.0, np.float32(0.004)


@dataclass(frozen=True, slots=True)
class BodyOutline:
    """``neck`` and ``trunk`` (h, w) float32, 0..1: where they are, hidden by hair or not, softly bounded.

    ``across`` and ``down`` (h, w) float32: cm from the neck's axis to image right, and below the chin.
    ``inside`` (h, w) float32: cm from the outline of both, negative outside.
    Before :meth:`dressed` is asked, ``trunk`` begins at the shoulders, whatever is worn.
    """

    neck: F32
    trunk: F32
    across: F32
    down: F32
    inside: F32

    def neckline(self, skin: Mask, seen: Mask) -> float | None:
        """How far below the chin clothes begin, cm: where what is ``seen`` (h, w) is
        no ``skin`` (h, w) any more.

        ``None`` where the middle of the chest does not show.
        """
        middle = seen & (np.abs(self.across) < _MIDDLE) & (self.down > _STEP)
        row = np.minimum(self.down / _STEP, _ROWS - 1).astype(np.int32)[middle]
        count = np.bincount(row, minlength=_ROWS)
        share = np.bincount(row, skin[middle], _ROWS) / np.maximum(count, 1)
        if not len(row):
            return None
        rows = np.flatnonzero(count >= max(3, 0.2 * np.median(count[count > 0])))
        if len(rows) < 4:
            return None
        bare = share[rows] > 0.5
        # The row that best parts skin above from clothes below.
        score = np.concatenate([[0], np.cumsum(np.where(bare, 1, -1))])
        best = int(np.argmax(score))
        last = rows[best - 1] + 1 if best else rows[0]
        return float(_STEP * last)

    def dressed(self, neckline: float, skin: Mask, cloth: Mask, wall: Mask) -> BodyOutline:
        """The outline with bare skin down to a round ``neckline``, cm under the chin, and clothes beyond.

        Both edges meet what is seen: ``skin``, ``cloth`` and, behind the body, ``wall`` (h, w).
        """
        depth = np.clip(self.down / max(neckline, 0.5), 0.0, 1.0)
        wide = _COLLAR * np.sqrt(1.0 - depth * depth)
        inside = _agreeing(self.inside, skin | cloth, wall)
        bare = _agreeing(np.minimum(wide - np.abs(self.across), neckline - self.down), skin, cloth)
        body = np.clip(inside * 1.5 + 0.5, 0.0, 1.0)
        share = np.clip(bare * 1.5 + 0.5, 0.0, 1.0)
        above = self.neck * np.clip(0.5 - 2.0 * self.down, 0.0, 1.0)
        neck = np.maximum(body * share, above).astype(np.float32)
        return replace(self, neck=neck, trunk=np.maximum(body - neck, 0.0), inside=inside)


def _agreeing(distance: F32, within: Mask, beyond: Mask) -> F32:
    """``distance`` (h, w) cm to an edge, above 0 inside, moved where what is seen ``within`` or ``beyond`` it
    (h, w) says otherwise, and less and less so around there."""
    told = np.where(
        within, np.maximum(distance, _CLEAR), np.where(beyond, np.minimum(distance, -_CLEAR), 0.0)
    )
    seen = within | beyond
    wrong = np.clip((told - distance) * seen, -_MOST_WRONG, _MOST_WRONG).astype(np.float32)
    half = ((seen.shape[1] + 1) // 2, (seen.shape[0] + 1) // 2)
    weight = cv2.resize(seen.astype(np.float32), half, interpolation=cv2.INTER_AREA)
    known = cv2.resize(wrong, half, interpolation=cv2.INTER_AREA) / np.maximum(weight, 1e-3)
    moved = membrane(known[..., None], np.maximum(weight, _MODEL))
    size = (seen.shape[1], seen.shape[0])
    return np.asarray(distance + cv2.resize(moved, size, interpolation=cv2.INTER_LINEAR), np.float32)


def body_outline(face: Face, person: F32, hidden: F32) -> BodyOutline:
    """Neck and trunk under ``face``, in a picture of the size of ``person`` (h, w) probability.

    ``hidden`` (h, w) 0..1: hair, and what is not to be believed near it. The line of the shoulders is a
    usual one, moved and tilted to the garment's edge wherever that shows.
    """
    height, width = person.shape
    pose = face.pose
    top = pose.project(_NECK_TOP)[:2]
    angle = np.radians(_LEAN * np.clip(pose.roll, -60.0, 60.0))
    unit = pose.scale
    cosine, sine = np.cos(angle), np.sin(angle)
    # An open mouth moves no shoulders: the chin is that of the head at rest.
    chin = pose.project(mean_face()[152])[:2] - top
    drop = float(-sine * chin[0] + cosine * chin[1]) / unit
    dx = (np.arange(width, dtype=np.float32) - np.float32(top[0])) / np.float32(unit)
    dy = (np.arange(height, dtype=np.float32) - np.float32(top[1])) / np.float32(unit)
    across = (dx[None, :] * cosine + dy[:, None] * sine).astype(np.float32)
    down = (-dx[None, :] * sine + dy[:, None] * cosine - drop).astype(np.float32)

    size = face.shape.width
    half = _HALF_NECK * size
    line = _line(np.abs(across) - half)
    offset, slope = _fitted(person, hidden, top, unit, (cosine, sine), drop, half)
    beyond = np.maximum(np.abs(across) - half, 0.0)
    right = across > 0.0
    line = line + np.where(right, offset[1], offset[0]) + beyond * np.where(right, slope[1], slope[0])
    low = down - np.maximum(line, _HIGHEST)
    seen = (person > 0.8) & (hidden < 0.02) & (down > 1.0) & (low < 0.0)
    seen &= (beyond > _STEP) & (beyond < _BESIDE)
    lifts = [_lift(low[seen & side], unit) for side in (~right, right)]
    # Of a shoulder that is hidden the other one tells something.
    least = _ALIKE * max(lifts)
    low = low + np.where(right, max(lifts[1], least), max(lifts[0], least))
    trunk = np.clip(low * 1.5 + 0.5, 0.0, 1.0)
    narrow = _WAIST * np.clip(1.0 - (down + drop) / 5.0, 0.0, 1.0)
    beside = half - narrow - np.abs(across)
    neck = np.clip(beside * 3.0 + 0.5, 0.0, 1.0)
    neck *= (down > -drop) & (down < _NECK_LENGTH - drop)
    inside = np.maximum(low, np.minimum(beside, down + drop)).astype(np.float32)
    return BodyOutline(neck.astype(np.float32), trunk.astype(np.float32), across, down, inside)


def _lift(low: F32, unit: float) -> float:
    """How many cm shoulders begin higher, where something of them is seen ``low`` (n,) cm over their line."""
    return min(float(np.percentile(-low, 85)), _HIGHER) if len(low) > unit * unit else 0.0


def _line(beyond: npt.NDArray[Any]) -> F32:
    """How far below the chin shoulders begin, ``beyond`` cm beside the neck."""
    out = np.maximum(beyond, 0.0)
    return np.asarray(_START + _FALL * (1.0 - np.exp(-out / _BEND)) + _SLOPE * out, np.float32)


def _fitted(
    person: F32, hidden: F32, top: F64, unit: float, turn: tuple[float, float], drop: float, half: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Offset (cm) and slope (cm per cm) of the shoulder line to image left and right of the neck."""
    columns = np.arange(_STEP, _ASIDE, _STEP)
    rows = np.arange(-4.0, _DEEP, _STEP)
    shift, tilt = np.zeros(2), np.zeros(2)
    mass, samples = np.zeros(2), []
    for side, sign in enumerate((-1.0, 1.0)):
        x = sign * (columns + half)[None, :]
        y = (rows + drop)[:, None]
        u = (top[0] + unit * (x * turn[0] - y * turn[1])).astype(np.float32)
        v = (top[1] + unit * (x * turn[1] + y * turn[0])).astype(np.float32)
        body = cv2.remap(person, u, v, cv2.INTER_LINEAR, borderValue=(0.0,))
        hair = cv2.remap(hidden, u, v, cv2.INTER_LINEAR, borderValue=(1.0,))
        first = np.argmax(body > 0.5, axis=0)
        index = np.arange(len(columns))
        inside = (body > 0.5).any(axis=0) & (first >= 3)
        # From where it falls steeply, it is the outline of an arm.
        falls = np.diff(rows[first]) > _ARM * _STEP
        arms = np.flatnonzero(falls[:-1] & falls[1:] & inside[:-2] & inside[1:-1] & inside[2:])
        inside[arms[0] if len(arms) else len(columns) :] = False
        near = np.stack([hair[np.clip(first + k, 0, len(rows) - 1), index] for k in (-3, 0, 2)])
        seen = inside & (near.max(axis=0) < _SEEN)
        beyond, error = columns[seen], rows[first[seen]] - _line(columns[seen])
        usual = np.abs(error) < 6.0
        samples.append((beyond[usual], error[usual]))
        mass[side] = usual.sum()
    both = [np.concatenate(part) for part in zip(*samples, strict=True)]
    common = _ridge(both[0], both[1], np.zeros(2))
    for side in range(2):
        shift[side], tilt[side] = _ridge(*samples[side], common)
    return (float(shift[0]), float(shift[1])), (float(tilt[0]), float(tilt[1]))


def _ridge(beyond: F64, error: F64, prior: F64) -> F64:
    """Offset and slope of ``error`` over ``beyond``, near ``prior`` as far as little is known."""
    if not len(error):
        return prior
    design = np.column_stack([np.ones(len(beyond)), beyond])
    penalty = np.diag([1.0 / _SPREAD**2, 1.0 / _SLOPE_SPREAD**2])
    for _ in range(3):
        residual = error - design @ prior
        weight = 1.0 / (1.0 + (residual / 1.5) ** 2)
        weighted = design * weight[:, None]
        prior = prior + np.linalg.solve(weighted.T @ design + penalty, weighted.T @ residual)
    return np.asarray(prior)
