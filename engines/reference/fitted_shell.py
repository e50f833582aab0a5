"""A shell of hair fitted to one person's head."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.head_shape import HeadShape
from engines.reference.shade import surface_normals
from engines.reference.shell import HairShell
from engines.strands.body import FACE, NECK, SHOULDERS, SKULL, ellipsoid_array
from engines.strands.sway import LEFT, RIGHT, SWAY_PLANES, ZONES, Sway

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# As of engines.strands.fitted: a head measured so little differently is the same head.
_SAME = HeadShape(0.012, 0.012, 0.012, 0.012, 0.25, 0.35, 0.012).vector
_OCCLUDER_SHRINK, _SHOULDER_BACK = 0.97, 0.8
# Nobody knows what of hair shows beside a neck: rather less than too much.
_NECK_WIDER = 1.25
# Hair hangs free below this height, cm, if it is longer than that from there; it bends most where it begins.
_FREE, _SHORTEST, _BEND = -1.0, 4.0, 1.3
# From one side to the other, cm.
_APART = 8.0


class FittedShell:
    """``shell`` carried onto a head of ``shape``.

    ``points`` (n, m, 3) head-frame cm and ``normals`` (n, m, 3); ``occluders`` (4, 6): skull, face, neck
    and shoulders, centre and radii, cm. ``sway``: how hair hangs. ``ends`` (2, 3): a spine's beginning, and a
    point 10 cm below it in the photo.
    """

    def __init__(self, shell: HairShell, shape: HeadShape) -> None:
        self.shell = shell
        self.shape = shape
        self.points = shape.apply(shell.points)
        self.normals = surface_normals(self.points)
        bodies = ellipsoid_array((SKULL, FACE, NECK, SHOULDERS))
        bodies *= np.tile(np.array([shape.width, shape.height, shape.depth], np.float32), 2)
        bodies[0] = np.tile(np.array(shape.skull, np.float32), 2) * ellipsoid_array((SKULL,))[0]
        bodies[:2, 3:] *= _OCCLUDER_SHRINK
        bodies[2, 3] *= _NECK_WIDER
        bodies[-1, 2] -= _SHOULDER_BACK
        self.occluders = bodies
        self.ends = shape.apply(shell.spine_ends)
        self.sway, self._carried = self._hanging()

    def swung(self, swing: F32) -> F64:
        """``points`` with what hangs at the sides ``swing`` (4, 6) off its place, as of HairSprings."""
        return np.asarray(self.points + self._carried @ swing[:2, :3])

    def _hanging(self) -> tuple[Sway, F32]:
        """How long both sides' hair hangs and where it ends, and (n, m, 2) how far it follows its tips."""
        below = np.maximum(_FREE - self.points[..., 1], 0.0)
        left = np.clip(0.5 + self.points[..., 0] / _APART, 0.0, 1.0)
        sides = np.stack([left, 1.0 - left], axis=-1)
        hair = np.pad(~self.shell.atlas.bare, ((0, 1), (0, 1)), mode="edge")
        length, tip = np.zeros(ZONES), np.zeros((ZONES, 3))
        carried = np.zeros_like(sides)
        for side in (LEFT, RIGHT):
            hangs = hair & (sides[..., side] > 0.5) & (below > 0.0)
            longest = float(below[hangs].max(initial=0.0))
            if longest > _SHORTEST:
                length[side] = longest
                tip[side] = self.points[hangs & (below > 0.8 * longest)].mean(axis=0)
                carried[..., side] = sides[..., side] * np.minimum(below / longest, 1.0) ** _BEND
        return Sway(np.zeros((0, SWAY_PLANES), np.uint8), length, tip), carried.astype(np.float32)

    def fits(self, shape: HeadShape) -> bool:
        """Whether ``shape`` is too little different to fit again."""
        return bool((np.abs(self.shape.vector - shape.vector) < _SAME).all())
