"""A strand set fitted to one person's head, with everything derived from it."""

from __future__ import annotations

import cv2
import numpy as np

from engines.head_shape import HeadShape
from engines.palette import HairColor
from engines.strands.body import NECK, SHOULDERS, SKULL, ellipsoid_array
from engines.strands.hairline import fitted_hairline
from engines.strands.morph import way_back
from engines.strands.shading import material_table, place_table
from engines.strands.strand_set import F32, StrandSet
from engines.strands.sway import sway_of
from engines.strands.tint import tint_table
from engines.strands.visibility import ViewCache

# A head measured this much differently is the same head, measured with noise: factors, and hairline in cm.
_SAME = HeadShape(0.012, 0.012, 0.012, 0.012, 0.25, 0.35, 0.012).vector
# The occluding skull lies a little inside the skull that roots stand on.
_OCCLUDER_SHRINK = 0.985
# Hair that swings lies on the shoulders now before them and now a little in them, cm.
_SHOULDER_BACK = 0.8


class FittedStrands:
    """``points`` of ``strands`` carried onto a head of ``shape``; immutable but for its caches.

    ``former``: the same style as it was before, from which this one is to grow: see place_at.
    ``place`` and ``material``: see shading.place_table and material_table; ``sway``: how it may move.
    ``widest``: cm.
    ``skull`` (6,) and ``occluders`` (3, 6): centre and radii in cm. ``corners`` (8, 3): the bounding box in
    the head frame, cm. ``longest_segment``: cm. ``hairline`` (n, 2): see hairline.fitted_hairline.
    """

    def __init__(self, strands: StrandSet, shape: HeadShape, former: FittedStrands | None = None) -> None:
        self.strands = strands
        self.shape = shape
        points = shape.apply(strands.points).astype(np.float32)
        self.place = place_table(strands, points)
        self.widest = float(self.place[:, 3].max())
        self.material = material_table(strands, points)
        self.sway = sway_of(strands, points)
        bodies = ellipsoid_array((SKULL, NECK, SHOULDERS))
        bodies *= np.tile(np.array([shape.width, shape.height, shape.depth], np.float32), 2)
        bodies[0] = np.tile(np.array(shape.skull, np.float32), 2) * ellipsoid_array((SKULL,))[0]
        self.hairline = fitted_hairline(shape)
        self.skull = bodies[0].copy()
        self.occluders = bodies
        self.occluders[0, 3:] *= _OCCLUDER_SHRINK
        self.occluders[-1, 2] -= _SHOULDER_BACK
        self._back: F32 | None = None
        columns = reached = np.ascontiguousarray(points.T)
        if former is not None:
            self._back = way_back(strands, self.place, former.strands, former.place)
            reached = np.concatenate([columns, columns + self._back[:, :3].T], axis=1)
        choice = np.array([[(i >> axis) & 1 for axis in range(3)] for i in range(8)], bool)
        self.corners = np.where(choice, reached.max(axis=1), reached.min(axis=1))
        lengths = np.sqrt((np.diff(columns, axis=1) ** 2).sum(axis=0))
        lengths[strands.start[1:-1] - 1] = 0.0
        self.longest_segment = float(lengths.max())
        self.views = ViewCache(points, strands.tau, strands.start, self.skull)
        self._tints: dict[HairColor, F32] = {}

    def place_at(self, share: float) -> F32:
        """``place``, ``share`` (0..1) of the way from the former hair."""
        if self._back is None or share >= 1.0:
            self._back = None
            return self.place
        return np.asarray(cv2.scaleAdd(self._back, 1.0 - share, self.place), np.float32)

    def tint(self, color: HairColor) -> F32:
        """(v, 3): see tint.tint_table; made once, then kept as long as another colour is asked for."""
        table = self._tints.get(color)
        if table is None:
            table = tint_table(self.strands, color)
            # While a new colour is made ready in one thread, another still draws the last one.
            self._tints = {**dict(list(self._tints.items())[-1:]), color: table}
        return table

    def fits(self, shape: HeadShape) -> bool:
        """Whether ``shape`` is too little different to fit again: a new fit moves every strand a bit."""
        return bool((np.abs(self.shape.vector - shape.vector) < _SAME).all())
