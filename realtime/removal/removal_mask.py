"""How far each pixel has to give way when the wearer's own hair is taken away."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.head.body_outline import BodyOutline
from realtime.matte.color_histogram import color_density, lab_bins

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# A matte above the second value is hair, below the first it is nothing: what is removed is removed fully.
_NOTHING, _SURELY = 0.10, 0.40
# Hair that the matte missed lies within so many cm of hair that it found.
_NEAR, _ROUNDS = 3.0, 3
# Hair hangs down where more of it than this, cm2, is lower than 4 cm above the chin.
_LONG, _LOW = 15.0, -4.0
_LIKE = 0.65
# Hair does not lie on shoulders farther out than this, cm from the neck's axis.
_WIDE = 10.0
# Density of a colour that no class has shown yet.
_NEW = np.float32(1e-4)


def sure_hair(matte: F32) -> F32:
    """``matte`` (h, w) without half-transparent parts but for its very edge."""
    return np.asarray(np.clip((matte - _NOTHING) / (_SURELY - _NOTHING), 0.0, 1.0), np.float32)


def hair_of_colors(
    rgb: U8,
    hair: F32,
    skin: Mask,
    features: Mask,
    head: F32,
    outline: BodyOutline,
    person: F32,
    unit: float,
) -> F32:
    """(h, w) 0..1: ``hair`` (h, w) with what it missed, and without clothes that it took for hair.

    Added is what has hair's colour, lies near it and belongs to nothing else; taken away is what looks
    like the clothes on the trunk: left as it is, it shows just these. ``skin`` (h, w): the face;
    ``features`` (h, w): parts of it that stay; ``head`` (h, w): where skull and face are. ``person``
    (h, w): probability; beside the body of somebody with long hair it shows hair. ``unit``: px per cm.
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
    # Beside neck and shoulders of somebody whose hair hangs down, what is of the person is hair.
    low = float(((hair > 0.9) & (outline.down > _LOW)).sum()) / (unit * unit)
    hanging = (beside > 0.5) & (like > 0.5 * _LIKE) & (low > _LONG)
    side = 2 * max(1, round(0.2 * unit)) + 1
    found = np.zeros_like(hair)
    for _ in range(_ROUNDS):
        near = grown(np.maximum(hair, found), _NEAR * unit) > 0.2
        more = (~features & near & (person > 0.3) & ((like > _LIKE) | hanging)).astype(np.float32)
        found = np.asarray(
            cv2.morphologyEx(more, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)), np.float32
        )
    cloth = cv2.GaussianBlur(others[1] / (0.5 * ours + others[1] + _NEW), (0, 0), 0.25 * unit)
    kept = np.clip(4.0 * cloth - 2.4, 0.0, 1.0) * outline.trunk
    return np.asarray(np.maximum(hair, found) * (1.0 - kept), np.float32)


def grown(mask: F32, radius: float) -> F32:
    """``mask`` dilated by ``radius`` px, its edge softened over as much."""
    side = 2 * max(1, round(radius)) + 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(
        cv2.GaussianBlur(cv2.dilate(mask, ellipse), (0, 0), max(0.6, 0.35 * radius)), np.float32
    )
