"""How far each pixel has to give way when the wearer's own hair is taken away."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.body_outline import BodyOutline
from realtime.color_histogram import color_density, lab_bins

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# A matte above the second value is hair, below the first it is nothing: what is removed is removed fully.
_NOTHING, _SURELY = 0.10, 0.40
# Hair that the matte missed lies within so many cm of hair that it found.
_NEAR = 3.0
_LIKE = 0.65
# Hair does not lie on shoulders farther out than this, cm from the neck's axis.
_WIDE = 9.0
# Density of a colour that no class has shown yet.
_NEW = np.float32(1e-4)


def sure_hair(matte: F32) -> F32:
    """``matte`` (h, w) without half-transparent parts but for its very edge."""
    return np.asarray(np.clip((matte - _NOTHING) / (_SURELY - _NOTHING), 0.0, 1.0), np.float32)


def hair_of_colors(
    rgb: U8, hair: F32, skin: Mask, head: F32, outline: BodyOutline, person: F32, unit: float
) -> F32:
    """(h, w) 0..1: ``hair`` (h, w) with what it missed, and without clothes that it took for hair.

    Added is what has hair's colour, lies near it and belongs to nothing else; taken away is what looks
    like the clothes on the trunk: left as it is, it shows just these. ``skin`` (h, w): the face; ``head``
    (h, w): where the skull and face are. ``person`` (h, w): probability; what it shows beside the body is
    hair rather than anything else. ``unit``: px per cm.
    """
    wide = np.clip((np.abs(outline.across) - _WIDE) / 4.0, 0.0, 1.0)
    hair = hair * (1.0 - outline.trunk * wide)
    surely = (hair > 0.9).astype(np.float32)
    if surely.sum() < 20:
        return hair
    body = np.maximum.reduce([head, outline.neck, outline.trunk])
    bins = lab_bins(rgb)
    near = grown(hair, _NEAR * unit) > 0.2
    outside = (np.abs(outline.across) > _WIDE + 2.0) & (grown(hair, unit) < 0.2) | ~near
    clothes = (person > 0.8) & (outline.trunk > 0.9) & (hair < 0.5) & outside
    background = (person < 0.15) & (hair < 0.02)
    ours, *others = (
        color_density(bins, part.astype(np.float32))[bins]
        for part in (surely * (outline.trunk < 0.5), skin, clothes, background)
    )
    beside = person * (1.0 - body)
    rivals = np.maximum(np.maximum(others[0], others[1]), others[2] * (1.0 - 0.8 * beside)) + _NEW
    like = cv2.GaussianBlur(ours / (ours + rivals), (0, 0), 0.15 * unit)
    found = (near & ~skin & (like > _LIKE)).astype(np.uint8)
    side = 2 * max(1, round(0.2 * unit)) + 1
    opened = cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    cloth = cv2.GaussianBlur(others[1] / (0.5 * ours + others[1] + _NEW), (0, 0), 0.25 * unit)
    kept = np.clip(4.0 * cloth - 2.4, 0.0, 1.0) * outline.trunk
    return np.asarray(np.maximum(hair, opened) * (1.0 - kept), np.float32)


def grown(mask: F32, radius: float) -> F32:
    """``mask`` dilated by ``radius`` px, its edge softened over as much."""
    side = 2 * max(1, round(radius)) + 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(
        cv2.GaussianBlur(cv2.dilate(mask, ellipse), (0, 0), max(0.6, 0.35 * radius)), np.float32
    )
