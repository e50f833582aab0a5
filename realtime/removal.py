"""What to show where the wearer's own hair is taken away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.strands.body import SKULL
from realtime.background_plate import BackgroundPlate
from realtime.hair_matte import HairMatte
from realtime.head_projection import head_coordinates
from realtime.rect import Rect

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RemovalFill:
    """Two layers under removed hair, at the analysis resolution.

    ``head`` (h, w, 4) uint8: sRGB of skin, neck and clothes, fixed to the head, and its weight over the
    background. ``plate`` (h, w, 3) uint8: sRGB of the background, fixed to the frame. ``masks``
    (h, w, 2) uint8, fixed to the head: how far to remove, and where a body is for a shadow to fall on.
    """

    head: U8
    plate: U8
    masks: U8

    @property
    def extent(self) -> Rect | None:
        """The pixels in which something is removed; ``None`` where nothing is."""
        x, y, width, height = cv2.boundingRect(self.masks[..., 0])
        return Rect(x, y, x + width, y + height) if width else None

    def mixed(self, other: RemovalFill, share: float) -> RemovalFill:
        """This fill, ``share`` (0..1) of the way to ``other`` of the same size."""
        return RemovalFill(
            *(
                np.asarray(cv2.addWeighted(a, 1.0 - share, b, share, 0.0), np.uint8)
                for a, b in ((self.head, other.head), (self.plate, other.plate), (self.masks, other.masks))
            )
        )


def fill_removal(
    rgb: U8,
    person: F32,
    face: Face,
    hair: HairMatte,
    plate: BackgroundPlate,
    known: npt.NDArray[np.bool_],
    grow: float,
) -> RemovalFill:
    """Everything under the hair ``hair`` of ``rgb`` (h, w, 3); ``grow`` in cm widens the removed area."""
    height, width = rgb.shape[:2]
    radius = max(1, round(grow * face.pose.scale))
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    removed = cv2.GaussianBlur(cv2.dilate(hair.alpha, ellipse), (0, 0), max(0.8, radius / 3.0))
    unknown = (removed > 0.05) | ((person > 0.15) & ~known)
    x, y = head_coordinates(face, width, height)
    skull = np.hypot((x - SKULL.center[0]) / SKULL.radii[0], (y - SKULL.center[1]) / SKULL.radii[1])
    inside = np.clip((1.0 - skull) * 12.0 + 0.5, 0.0, 1.0)
    background = np.where(known[..., None], plate.color, rgb).astype(np.uint8)
    background = _inpaint(background, unknown & ~known)
    body = _inpaint(rgb, removed > 0.05)
    weight = np.maximum(inside, np.clip((9.0 - np.abs(x)) / 2.0, 0, 1) * (y < -4.0))
    head = np.dstack([body, (weight * 255).astype(np.uint8)])
    visible = np.maximum(person * (1.0 - removed), weight * removed)
    masks = np.dstack([removed * 255, visible * 255]).astype(np.uint8)
    return RemovalFill(head, background, masks)


def _inpaint(rgb: U8, unknown: npt.NDArray[np.bool_]) -> U8:
    """Telea's method at a quarter of the resolution, laid into ``rgb`` where ``unknown``."""
    height, width = rgb.shape[:2]
    small = (max(8, width // 4), max(8, height // 4))
    hole = cv2.resize(unknown.astype(np.uint8), small, interpolation=cv2.INTER_AREA)
    hole = np.maximum(hole, cv2.resize(unknown.astype(np.uint8), small, interpolation=cv2.INTER_NEAREST))
    filled = cv2.inpaint(cv2.resize(rgb, small, interpolation=cv2.INTER_AREA), hole, 3, cv2.INPAINT_TELEA)
    smooth = cv2.resize(cv2.GaussianBlur(filled, (0, 0), 1.0), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.where(unknown[..., None], smooth, rgb), np.uint8)
