"""Which segments can be seen from a direction, front to back.

Most of a head of hair is hidden behind the skull or inside the hair itself. The list of what may be seen, and
its order, hardly changes within a few degrees, so it is made once per view direction and kept.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from engines.strands.strand_set import TAU_DIRECTIONS

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]

# Behind this optical depth of hair nothing shows (transmittance 1 %).
_OPAQUE = 4.5
_BINS = 1024
# Degrees between the views that lists are made for, and how far a view may be left before it is given up.
_STEP = 6.0
_KEEP = 5.0
_CACHED_VIEWS = 24


@dataclass(frozen=True, slots=True)
class View:
    """What may be seen from ``direction`` (3,), a unit vector in the head frame towards the camera.

    ``vertices`` (k,) int32: indices into the strand set, ascending. ``segments`` (m,) int32, front to back:
    segment i joins entries ``segments[i]`` and ``segments[i] + 1`` of ``vertices``.
    """

    direction: F32
    vertices: I32
    segments: I32


@numba.njit(cache=True, nogil=True)
def _select(
    points: F32, tau: F32, start: I32, strands: int, weights: F32, view: F32, skull: F32
) -> tuple[I32, I32]:
    count = start[strands]
    seen = np.zeros(count, np.bool_)
    dx, dy, dz = view[0] / skull[3], view[1] / skull[4], view[2] / skull[5]
    qa = dx * dx + dy * dy + dz * dz
    for i in range(count):
        depth = (
            weights[0] * tau[i, 0] + weights[1] * tau[i, 1] + weights[2] * tau[i, 2] + weights[3] * tau[i, 3]
        )
        if depth > _OPAQUE:
            continue
        ox = (points[i, 0] - skull[0]) / skull[3]
        oy = (points[i, 1] - skull[1]) / skull[4]
        oz = (points[i, 2] - skull[2]) / skull[5]
        qb = ox * dx + oy * dy + oz * dz
        qc = ox * ox + oy * oy + oz * oz - 1.0
        if qb < 0.0 and qc > 0.0 and qb * qb > qa * qc:
            continue
        seen[i] = True
    keep = np.zeros(count, np.bool_)
    for s in range(strands):
        for i in range(start[s], start[s + 1] - 1):
            if seen[i] or seen[i + 1]:
                keep[i] = True
                keep[i + 1] = True
    vertices = np.empty(count, np.int32)
    total = 0
    for i in range(count):
        if keep[i]:
            vertices[total] = i
            total += 1
    vertices = vertices[:total].copy()
    near, far = np.float32(-1e9), np.float32(1e9)
    depths = np.empty(total, np.float32)
    for k in range(total):
        i = vertices[k]
        d = points[i, 0] * view[0] + points[i, 1] * view[1] + points[i, 2] * view[2]
        depths[k] = d
        near, far = max(near, d), min(far, d)
    ends = np.zeros(count, np.bool_)
    for s in range(strands):
        ends[start[s + 1] - 1] = True
    scale = (_BINS - 1) / (near - far + 1e-3)
    counts = np.zeros(_BINS + 1, np.int64)
    bins = np.full(total, -1, np.int32)
    for k in range(total - 1):
        i = vertices[k]
        if not ends[i] and vertices[k + 1] == i + 1 and (seen[i] or seen[i + 1]):
            bins[k] = int((near - 0.5 * (depths[k] + depths[k + 1])) * scale)
            counts[bins[k] + 1] += 1
    for b in range(_BINS):
        counts[b + 1] += counts[b]
    segments = np.empty(counts[_BINS], np.int32)
    for k in range(total - 1):
        if bins[k] >= 0:
            segments[counts[bins[k]]] = k
            counts[bins[k]] += 1
    return vertices, segments


def select_view(points: F32, tau: F32, start: I32, strands: int, direction: F32, skull: F32) -> View:
    """What of the first ``strands`` strands may be seen from ``direction`` (3,), a unit vector in the head
    frame towards the camera. ``skull`` (6,): centre and radii in cm."""
    weights = np.maximum(TAU_DIRECTIONS @ direction, 0.0) ** 2
    weights = (weights / max(float(weights.sum()), 1e-6)).astype(np.float32)
    vertices, segments = _select(points, tau, start, strands, weights, direction, skull)
    return View(direction, vertices, segments)


class ViewCache:
    """The views of one fitted strand set, made when first looked from."""

    def __init__(self, points: F32, tau: F32, start: I32, strands: int, skull: F32) -> None:
        self._strands = (points, tau, start, strands)
        self._skull = skull
        self._views: OrderedDict[tuple[int, int], View] = OrderedDict()
        self._current: View | None = None

    def view(self, direction: F32) -> View:
        """A view within a few degrees of ``direction``; the last one as long as it serves (no flicker)."""
        if self._current is not None and float(self._current.direction @ direction) > np.cos(
            np.radians(_KEEP)
        ):
            return self._current
        yaw = round(float(np.degrees(np.arctan2(direction[0], direction[2]))) / _STEP)
        pitch = round(float(np.degrees(np.arcsin(np.clip(direction[1], -1.0, 1.0)))) / _STEP)
        view = self._views.pop((yaw, pitch), None)
        if view is None:
            a, b = np.radians(yaw * _STEP), np.radians(pitch * _STEP)
            center = np.array([np.sin(a) * np.cos(b), np.sin(b), np.cos(a) * np.cos(b)], np.float32)
            view = select_view(*self._strands, center, self._skull)
        self._views[(yaw, pitch)] = view
        while len(self._views) > _CACHED_VIEWS:
            self._views.popitem(last=False)
        self._current = view
        return view
