"""What to show where the wearer's own hair is taken away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from realtime.rect import Rect

U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class RemovalFill:
    """Two layers under removed hair.

    ``head`` (h, w, 4) uint8: sRGB of skull, ears and neck, fixed to the head, and its weight over the
    other. ``plate`` (H, W, 3) uint8: sRGB of background and clothes, fixed to the frame, of which it shows
    the whole at a resolution of its own. ``masks`` (h, w, 2) uint8, fixed to the head: how far to remove, and
    where a body is for a shadow to fall on. ``guessed``: share of the removed area, 0..1, that shows what
    is guessed and might be seen if the wearer moved: background that was never in sight.
    """

    head: U8
    plate: U8
    masks: U8
    guessed: float = 0.0

    @property
    def extent(self) -> Rect | None:
        """The pixels in which something is removed; ``None`` where nothing is."""
        x, y, width, height = cv2.boundingRect(self.masks[..., 0])
        return Rect(x, y, x + width, y + height) if width else None

    def mixed(self, other: RemovalFill, share: float) -> RemovalFill:
        """This fill, ``share`` (0..1) of the way to ``other`` of the same size.

        What ``other`` removes goes at once: hair that comes in sight is not to shine through. What need
        not be removed any more comes back slowly.
        """
        head, plate, masks = (
            np.asarray(cv2.addWeighted(a, 1.0 - share, b, share, 0.0), np.uint8)
            for a, b in ((self.head, other.head), (self.plate, other.plate), (self.masks, other.masks))
        )
        np.maximum(masks[..., 0], other.masks[..., 0], out=masks[..., 0])
        return RemovalFill(head, plate, masks, other.guessed)
