"""A shell of hair fitted to one person's head."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.head_shape import HeadShape
from engines.reference.shade import surface_normals
from engines.reference.shell import HairShell
from engines.strands.body import NECK, SHOULDERS, SKULL, ellipsoid_array

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# As of engines.strands.fitted: a head measured so little differently is the same head.
_SAME = HeadShape(0.012, 0.012, 0.012, 0.012, 0.25, 0.35, 0.012).vector
_OCCLUDER_SHRINK, _SHOULDER_BACK = 0.97, 0.8


class FittedShell:
    """``shell`` carried onto a head of ``shape``.

    ``points`` (n, m, 3) head-frame cm and ``normals`` (n, m, 3); ``occluders`` (3, 6): skull, neck and
    shoulders, centre and radii, cm. ``ends`` (2, 3): a spine's beginning, and a point 10 cm below it in the
    photo.
    """

    def __init__(self, shell: HairShell, shape: HeadShape) -> None:
        self.shell = shell
        self.shape = shape
        self.points = shape.apply(shell.points)
        self.normals = surface_normals(self.points)
        bodies = ellipsoid_array((SKULL, NECK, SHOULDERS))
        bodies *= np.tile(np.array([shape.width, shape.height, shape.depth], np.float32), 2)
        bodies[0] = np.tile(np.array(shape.skull, np.float32), 2) * ellipsoid_array((SKULL,))[0]
        bodies[0, 3:] *= _OCCLUDER_SHRINK
        bodies[-1, 2] -= _SHOULDER_BACK
        self.occluders = bodies
        self.ends = shape.apply(shell.spine_ends)

    def fits(self, shape: HeadShape) -> bool:
        """Whether ``shape`` is too little different to fit again."""
        return bool((np.abs(self.shape.vector - shape.vector) < _SAME).all())
