"""Which segments can be seen from a direction, front to back.

Most of a head of hair is hidden behind the skull or inside the hair itself. The list of what may be seen, and
its order, hardly changes within a few degrees, so it is made once per view direction and kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from engines.strands.strand_set import TAU_DIRECTIONS

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]
Bool = npt.NDArray[np.bool_]

# A vertex is given up only behind so much hair in every baked direction near the view: between two of them
# there may be a gap. The rasteriser finds out about the rest.
_OPAQUE = 12.0
# Baked directions within 60 degrees of the view tell what it sees; a vertex one of them can see is drawn.
_NEAR_VIEW = 0.5
# Segments are sorted into slabs of depth, and inside a slab into cells of the picture: neighbours in the list
# are neighbours in memory, which is worth more than the exact order of strands a few millimetres apart.
_SLABS = 128
_CELLS = 22
# Degrees between the views that lists are made for, and how far a view may be left before it is given up: for
# another one that is there, and for one that has to be made first.
_STEP = 6.0
_KEEP = 5.0
_KEEP_FOR_WANT = 14.0
_CACHED_VIEWS = 24


@dataclass(frozen=True, slots=True)
class View:
    """What may be seen from ``direction`` (3,), a unit vector in the head frame towards the camera.

    ``segments`` (m,) int32, front to back: each by its first vertex, the next vertex is its other end.
    """

    direction: F32
    segments: I32


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _seen(points: F32, tau: F32, near_view: Bool, view: F32, skull: F32) -> Bool:
    """(v,) bool: which vertices neither hair nor skull hides."""
    seen = np.zeros(points.shape[0], np.bool_)
    dx, dy, dz = view[0] / skull[3], view[1] / skull[4], view[2] / skull[5]
    qa = dx * dx + dy * dy + dz * dz
    for i in range(points.shape[0]):
        ox = (points[i, 0] - skull[0]) / skull[3]
        oy = (points[i, 1] - skull[1]) / skull[4]
        oz = (points[i, 2] - skull[2]) / skull[5]
        qb = ox * dx + oy * dy + oz * dz
        qc = ox * ox + oy * oy + oz * oz - 1.0
        if qb < 0.0 and qc > 0.0 and qb * qb > qa * qc:
            continue
        if qb > 0.0 and tau[i, 4] < _OPAQUE:
            seen[i] = True
        for j in range(near_view.shape[0]):
            if near_view[j] and tau[i, j] < _OPAQUE:
                seen[i] = True
    return seen


def select_view(points: F32, tau: F32, start: I32, direction: F32, skull: F32) -> View:
    """What may be seen of strands (as in StrandSet) from ``direction`` (3,), a unit vector in the head frame
    towards the camera. ``skull`` (6,): centre and radii in cm."""
    near_view = TAU_DIRECTIONS @ direction > _NEAR_VIEW
    seen = _seen(points, tau, near_view, direction, skull)
    segment = seen[:-1] | seen[1:]
    segment[start[1:-1] - 1] = False
    first = np.flatnonzero(segment).astype(np.int32)

    right = np.array([direction[2], 0.0, -direction[0]], np.float32)
    right /= np.linalg.norm(right) + 1e-6
    axes = np.stack([-direction, right, np.cross(direction, right)])
    middle = 0.5 * axes @ (points[first] + points[first + 1]).T
    low, high = middle.min(axis=1, keepdims=True), middle.max(axis=1, keepdims=True)
    slots = np.array([[_SLABS], [_CELLS], [_CELLS]], np.float32) - np.float32(1e-2)
    slab, column, row = ((middle - low) * (slots / (high - low + np.float32(1e-6)))).astype(np.uint16)
    order = np.argsort((slab * _CELLS + row) * _CELLS + column, kind="stable")
    return View(direction, first[order])


class ViewCache:
    """The views of one fitted strand set, made when first looked from or before.

    ``view`` is called by one thread; ``prefetch`` may run in another at the same time.
    """

    def __init__(self, points: F32, tau: F32, start: I32, skull: F32) -> None:
        self._strands = (points, tau, start)
        self._skull = skull
        self._views: OrderedDict[tuple[int, int], View] = OrderedDict()
        self._lock = threading.Lock()
        self._current: View | None = None

    def view(self, direction: F32) -> View:
        """A view within a few degrees of ``direction``; the last one as long as it serves (no flicker)."""
        current = self._current
        if current is not None:
            near = float(current.direction @ direction)
            with self._lock:
                there = _cell(direction) in self._views
            # A frame does not wait for a new list as long as the old one will do.
            if near >= np.cos(np.radians(_KEEP if there else _KEEP_FOR_WANT)):
                return current
        self._current = current = self._get(_cell(direction))
        return current

    def prefetch(self, direction: F32, *, around: bool = True) -> None:
        """Make the view of ``direction`` and those ``around`` it that a turning or nodding head comes to."""
        yaw, pitch = _cell(direction)
        self._get((yaw, pitch))
        if not around:
            return
        for cell in ((yaw - 1, pitch), (yaw + 1, pitch), (yaw, pitch - 1), (yaw, pitch + 1)):
            self._get(cell)

    def _get(self, cell: tuple[int, int]) -> View:
        with self._lock:
            if cell in self._views:
                self._views.move_to_end(cell)
                return self._views[cell]
        yaw, pitch = np.radians(cell[0] * _STEP), np.radians(cell[1] * _STEP)
        direction = [np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)]
        view = select_view(*self._strands, np.array(direction, np.float32), self._skull)
        with self._lock:
            self._views[cell] = view
            while len(self._views) > _CACHED_VIEWS:
                self._views.popitem(last=False)
        return view


def _cell(direction: F32) -> tuple[int, int]:
    """The grid cell of yaw and pitch that a view direction falls into."""
    yaw = float(np.degrees(np.arctan2(direction[0], direction[2])))
    pitch = float(np.degrees(np.arcsin(np.clip(direction[1], -1.0, 1.0))))
    return round(yaw / _STEP), round(pitch / _STEP)
