"""What a run of the networks leaves for the frames after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, resize_affine
from engines.hairfast.live.warp import SQUARE, Anchor, sampled
from engines.look import Look

Bool = npt.NDArray[np.bool_]
F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class GanKeyframe:
    """Hair of a look as the networks drew it on one picture of the user.

    ``images``: arrays (n, n, c) over the square of ``anchor``, of any n; the last channel of the last one is
    the opacity. ``vectors`` (1, m): what has no place. Painters know what is in them. ``own_hair``,
    ``new_hair`` (256, 256): where hair was, and where it is. ``seconds``: how long the run took.
    """

    look: Look
    anchor: Anchor
    images: tuple[F32, ...]
    vectors: F32
    own_hair: Bool
    new_hair: Bool
    seconds: float

    @property
    def alpha(self) -> F32:
        """The opacity, (SQUARE, SQUARE)."""
        return self.images[-1][..., -1]

    def carried(self, anchor: Anchor) -> GanKeyframe:
        """This hair as it would be had the picture been that of ``anchor``."""
        images = tuple(carry(image, self.anchor, anchor) for image in self.images)
        return replace(self, anchor=anchor, images=images)

    def mixed(self, target: GanKeyframe, share: float) -> GanKeyframe:
        """This hair, ``share`` (0..1) of the way to ``target`` at the same anchor."""
        return replace(
            target,
            images=tuple(_between(a, b, share) for a, b in zip(self.images, target.images, strict=True)),
            vectors=_between(self.vectors, target.vectors, share),
        )


def carry(image: F32, source: Anchor, target: Anchor) -> F32:
    """``image`` (n, n, c) over the square of ``source`` as it would be over that of ``target``."""
    size = image.shape[0]
    cells, square = (size, size), (SQUARE, SQUARE)
    to_frame = compose_affine(target.to_frame, resize_affine(cells, square))
    x, y = source.sampling(target.face, to_frame, cells)
    to_cells = resize_affine(square, cells)
    zoom, shift = np.float32(to_cells[0, 0]), np.float32(to_cells[0, 2])
    return sampled(image, (x * zoom + shift, y * zoom + shift))


def _between(a: F32, b: F32, share: float) -> F32:
    return np.asarray(a + np.float32(share) * (b - a))
