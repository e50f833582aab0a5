"""Hair that swings: a few damped springs that the head pulls along."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.head_pose import HeadPose
from engines.strands.sway import ZONES, Sway

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# Hz of a zone's first mode: that of a pendulum of its length, within what hair does; the second mode is
# faster, takes less part and is damped more.
_PENDULUM, _SLOWEST, _FASTEST = 9.0, 1.5, 4.0
_SECOND, _SECOND_SHARE = 2.4, 0.35
_DAMPING = (0.22, 0.32)
# How much of the swing and of hanging straight down hair takes part in: locks hold each other.
_SWING, _HANG = 0.85, 0.85
# Displacements up to so many cm are the tracker's noise, and are not shown.
_NOISE = 0.10
# Nothing swings further than this share of its length, nor than so many cm.
_FURTHEST, _FURTHEST_CM = 0.4, 6.0
# A head that jumps so far between two frames, cm, or was away so long, seconds, is another one.
_JUMP, _AWAY = 9.0, 0.5
# Who knows whether head or camera is inclined: what lasts longer than this, seconds, is the camera.
_USUAL_PITCH = 6.0


@dataclass(slots=True)
class _Head:
    time: float
    rotation: F64
    place: F64


class HairSprings:
    """The swing of one session's hair.

    Each zone's tips are a mass in the world, tied by a spring to their place on the head, which moves. So it
    is the head's own acceleration that drives them, and the tracker's noise never gets differentiated. A step
    takes the exact solution of the damped oscillator about a place that moves evenly from one frame to the
    next: stable at any frame rate.
    """

    def __init__(self) -> None:
        self._sway: Sway | None = None
        self._head: _Head | None = None
        self._usual = 0.0
        # Of both modes and all zones, camera axes: cm from the place, and cm/s in the world.
        self._off = np.zeros((2, ZONES, 3))
        self._speed = np.zeros((2, ZONES, 3))

    def swing(self, sway: Sway, pose: HeadPose, size: tuple[int, int], time: float) -> F32:
        """(4, 6) float32: how far every zone's tips are off now, head frame, cm: see ``sway.swayed``.

        ``size``: the frame's (width, height); ``time``: seconds of the stream, not falling.
        """
        self._sway = sway
        place = np.append((pose.translation - np.array(size) / 2.0) / pose.scale * (1.0, -1.0), 0.0)
        head = _Head(time, pose.rotation, place)
        hanging = self._hanging(head)
        former = self._head
        if former is None or not 0.0 <= time - former.time <= _AWAY or self._jumped(former, head):
            self.rest()
            self._usual = float(-pose.rotation[2, 1])
            hanging = self._hanging(head)
        elif time > former.time:
            self._step(former, head)
        self._head = head
        moved = self._shown() + hanging * [[[_HANG]], [[0.0]]]
        return np.asarray(np.concatenate(moved @ pose.rotation, axis=1), np.float32)

    def rest(self) -> None:
        """Forget all motion."""
        self._head = None
        self._off[:] = self._speed[:] = 0.0

    def _jumped(self, former: _Head, head: _Head) -> bool:
        return bool(np.abs(self._places(head) - self._places(former)).max() > _JUMP)

    def _places(self, head: _Head) -> F64:
        """(4, 3): where the tips would be on a stiff head, camera axes, cm."""
        assert self._sway is not None
        return np.asarray(self._sway.tip @ head.rotation.T + head.place)

    def _hanging(self, head: _Head) -> F64:
        """(4, 3): from where tips are on a stiff head to where they hang straight down, camera axes, cm."""
        assert self._sway is not None
        down = -head.rotation[:, 1]
        down = np.array([down[0], 0.0, down[2] - self._usual])
        down[1] = -math.sqrt(max(0.0, 1.0 - float(down @ down)))
        return np.asarray(self._sway.length[:, None] * (np.array([0.0, -1.0, 0.0]) - down))

    def _step(self, former: _Head, head: _Head) -> None:
        assert self._sway is not None
        seconds = head.time - former.time
        pitch = float(-head.rotation[2, 1])
        self._usual += (pitch - self._usual) * (1.0 - math.exp(-seconds / _USUAL_PITCH))
        carried = (self._places(head) - self._places(former)) / seconds
        length = np.maximum(self._sway.length, 1e-3)
        first = np.clip(_PENDULUM / np.sqrt(length), _SLOWEST, _FASTEST)
        omega = 2.0 * np.pi * np.stack([first, _SECOND * first])[..., None]
        damping = np.array(_DAMPING)[:, None, None]
        decay = damping * omega
        ringing = omega * np.sqrt(1.0 - damping**2)
        speed = self._speed - carried
        fade, sine, cosine = np.exp(-decay * seconds), np.sin(ringing * seconds), np.cos(ringing * seconds)
        push = (speed + decay * self._off) / ringing
        off = fade * (self._off * cosine + push * sine)
        speed = fade * (speed * cosine - (decay * push + ringing * self._off) * sine)
        limit = np.minimum(_FURTHEST * self._sway.length, _FURTHEST_CM)[:, None]
        self._off = np.clip(off, -2.0 * limit, 2.0 * limit)
        self._speed = speed + carried

    def _shown(self) -> F64:
        """(2, 4, 3): the swing without noise, within bounds."""
        assert self._sway is not None
        off = self._off * np.array([_SWING, _SECOND_SHARE])[:, None, None]
        size = np.linalg.norm(off, axis=2, keepdims=True)
        limit = np.minimum(_FURTHEST * self._sway.length, _FURTHEST_CM)[:, None] + 1e-6
        gate = size**2 / (size**2 + _NOISE**2)
        return np.asarray(off * gate / np.sqrt(1.0 + (size / limit) ** 2))
