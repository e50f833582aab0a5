"""Strands ready to draw: the hand-over from the groom to the renderer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]

TAU_DIRECTIONS = np.array(
    [[0.0, 0.85, 0.53], [-0.75, 0.45, 0.48], [0.75, 0.45, 0.48], [0.0, 0.05, 1.0]], np.float32
)
"""Head-frame directions (up-front, right, left, front of the person's head) of ``StrandSet.tau[:, :4]``."""


@dataclass(frozen=True, slots=True)
class StrandSet:
    """A grown, clumped and baked hairstyle on the mean head. Vertices of a strand are consecutive.

    ``points`` (v, 3) float32: head frame, cm. ``start`` (n + 1,) int32: strand i owns vertices
    ``start[i]:start[i + 1]`` (at least two). ``t`` (v,) float32: 0 at the root to 1 at the tip.
    ``tau`` (v, 5) float32: optical depth of hair between the vertex and the outside, towards
    TAU_DIRECTIONS and (last) straight outwards. ``relief`` (v,) float32: how far the vertex stands out of
    its clump, about -1.5 (inside) to 1.5. ``jitter`` (n, 3) float32: normal deviates of the strand, its
    large clump and its small clump. ``width`` (n,) float32: diameter in cm at the root, with the factor that
    lets fewer strands stand for all. ``strand`` (n,) int32, rising: the hair that each piece belongs to, the
    same in all lengths and volumes of a style. ``taper``: width at the tip relative to the root.
    ``underlay``: alpha of the dark hair painted on the scalp under the strands, 0 = none; ``part_x``: x in cm
    of a parting where the scalp shows, or NaN. ``specular``: factor on the highlights; ``roughness``: added
    to what the gloss gives. ``fade``: heights in cm by the ears at which the underlay starts and is full, and
    by how much both are lower at the back; ``None``: it starts at the hairline.
    ``boxes``: width in cm of the boxes that partings divide the underlay into, and width of the partings.
    """

    points: F32
    start: npt.NDArray[np.int32]
    t: F32
    tau: F32
    relief: F32
    jitter: F32
    width: F32
    strand: npt.NDArray[np.int32]
    taper: float
    underlay: float
    part_x: float
    specular: float
    roughness: float
    fade: tuple[float, float, float] | None = None
    boxes: tuple[float, float] | None = None

    @property
    def hair(self) -> npt.NDArray[np.intp]:
        """(m,): the first piece of each hair of which anything is left."""
        return np.asarray(np.unique(self.strand, return_index=True)[1], np.intp)

    @property
    def hair_start(self) -> npt.NDArray[np.int32]:
        """(m + 1,): hair i owns the vertices ``hair_start[i]:hair_start[i + 1]``, in all its pieces."""
        return np.append(self.start[self.hair], self.start[-1]).astype(np.int32)

    @property
    def lock(self) -> npt.NDArray[np.intp]:
        """(m,): number of the small clump that each hair belongs to, from 0: those of one share their
        deviate."""
        return np.asarray(np.unique(self.jitter[self.hair, 2], return_inverse=True)[1], np.intp)
