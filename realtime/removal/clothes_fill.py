"""Clothes and chest where long hair hung before them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.head.body_outline import BodyOutline
from realtime.head.head_view import HeadView
from realtime.matte.color_histogram import color_density, lab_bins
from realtime.removal.bare_head import BareHead
from realtime.removal.patch_fill import fill_patches
from realtime.removal.removal_mask import near

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_FEWEST = 150
# Where a smaller share of a chest than this is no skin, it is bare but for straps.
_DRESSED = 0.3
# Clothes are looked at so far around what is missing of them at least, px.
_AROUND = 40
# Clothes are told so far from hair, cm.
_CLEAR = 0.9
_SURE_ACROSS, _SURE_DOWN = 11.0, 8.0
# Of clothes are colours at least this common, as a share of the commonest.
_COMMON = 0.3


def fill_clothes(
    frame: U8,
    color: F32,
    holes: Mask,
    view: HeadView,
    head: BareHead,
    outline: BodyOutline,
    removed: F32,
    skin: Mask,
) -> F32:
    """``color`` (H, W, 3) 0..255, the background, with the trunk before it in ``holes`` (H, W).

    ``frame`` (H, W, 3) uint8: the picture; ``removed`` (h, w): how far hair is taken away; ``skin`` (h, w):
    what looks like it. The visible rest of the clothes is continued by patches, or that of a bare chest.
    """
    # Below a head is a body, whatever the person's mask says.
    body = (view.person > 0.6) | ((np.abs(outline.across) < _SURE_ACROSS) & (outline.down > _SURE_DOWN))
    # What hangs on to hair and was not taken for it may still be hair.
    clear = near(removed, _CLEAR * view.face.pose.scale) < 0.01
    seen = clear & body & (outline.trunk > 0.9) & (head.weight < 0.6)
    cloth = seen & ~skin
    if int(cloth.sum()) > max(_FEWEST, _DRESSED * int(seen.sum())):
        seen = _usual(view.rgb, cloth)
    size = (frame.shape[1], frame.shape[0])
    x, y, width, height = cv2.boundingRect(holes.astype(np.uint8))
    around = _AROUND + (width + height) // 3
    box = np.s_[max(0, y - around) : y + height + around, max(0, x - around) : x + width + around]
    trunk, neck, seen_there = (
        cv2.resize(np.asarray(part, np.float32), size, interpolation=cv2.INTER_LINEAR)[box]
        for part in (clothed(outline), _under(outline), seen)
    )
    hole, part = holes[box], frame[box].astype(np.float32)
    known = (seen_there > 0.99) & ~hole
    # A seam at the picture's end is nothing to take patches from.
    if int(cv2.erode(known.astype(np.uint8), np.ones((9, 9), np.uint8)).sum()) < _FEWEST:
        throat = outline.neck > 0.5
        tone = np.median(head.rgb[throat], axis=0) if throat.any() else np.full(3, 128.0)
        filled = np.broadcast_to(np.asarray(tone, np.float32), part.shape)
    else:
        filled = fill_patches(part, hole, known)
    clothes = np.where(hole[..., None], filled, part)
    # Until the next keyframe the neck goes with the head, and what comes out beside it is no shirt.
    skin_there = np.asarray(cv2.resize(head.rgb, size, interpolation=cv2.INTER_LINEAR)[box], np.float32)
    clothes += (neck * hole)[..., None] * (skin_there - clothes)
    out = color.copy()
    out[box] += trunk[..., None] * (clothes - out[box])
    return out


def clothed(outline: BodyOutline) -> F32:
    """The trunk, going on under neck and jaw, so that no wall shows between when the head moves."""
    return np.asarray(np.minimum(outline.trunk + _under(outline), 1.0), np.float32)


def _under(outline: BodyOutline) -> F32:
    return np.asarray(outline.neck * np.clip(outline.down + 3.0, 0.0, 1.0), np.float32)


def _usual(rgb: U8, seen: Mask) -> Mask:
    """``seen`` (h, w) without rare colours: a thing held before the chest, a loose lock."""
    bins = lab_bins(rgb)
    density = color_density(bins, seen.astype(np.float32))[bins]
    common = (seen & (density > _COMMON * float(np.percentile(density[seen], 95)))).astype(np.uint8)
    # A pattern's rarer colours lie among its common ones.
    return np.asarray(seen & (cv2.morphologyEx(common, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)) > 0))
