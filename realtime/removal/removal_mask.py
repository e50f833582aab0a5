"""How far each pixel has to give way when the wearer's own hair is taken away."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.head.body_outline import BodyOutline
from realtime.matte.color_histogram import color_density, lab_bins
from realtime.removal.membrane import membrane

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# A matte above the second value is hair, below the first it is nothing: what is removed is removed fully.
_NOTHING, _SURELY = 0.10, 0.40
# Hair that the matte missed lies within so many cm of hair that it found.
_NEAR, _ROUNDS = 3.0, 3
_LIKE, _LIKE_BEFORE = 0.65, 0.45
# Hair does not lie on shoulders farther out than this, cm from the neck's axis.
_WIDE = 10.0
# Single hairs lie within so many cm of the rest, on the body and beside it; what is so wide, cm, is none.
_ON_BODY, _LOOSE, _THIN = 0.7, 2.4, 1.2
# How much of hair's colour a pixel must have over what is around it, also as a multiple of what others have,
# and by how much more it is all hair.
_TRACE, _DOUBT, _RISE = 0.05, 2.5, 0.11
# Hair and what is behind it must differ by so much for single hairs to be told, 0..255.
_CONTRAST = 36.0
# Distances of centimetres are told in squares of so many px.
_COARSE = 3
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
    before: F32,
    unit: float,
) -> F32:
    """(h, w) 0..1: ``hair`` (h, w) with what it missed: what has hair's colour, lies near it and belongs to
    nothing else.

    ``before`` (h, w): where hair lay on the body so far. A lock that the turned head parts from the rest is
    easily missed, and stays where it is.

    ``skin`` (h, w): the face; ``features`` (h, w): parts of it that stay; ``head`` (h, w): where skull and
    face are. ``person`` (h, w): probability; beside the body it shows hair. ``unit``: px per cm.
    """
    wide = np.clip((np.abs(outline.across) - _WIDE) / 4.0, 0.0, 1.0)
    hair = hair * (1.0 - outline.trunk * wide)
    surely = (hair > 0.9).astype(np.float32)
    if surely.sum() < 20:
        return hair
    body = np.maximum.reduce([head, outline.neck, outline.trunk])
    bins = lab_bins(rgb)
    close = near(hair, _NEAR * unit) > 0.2
    outside = (np.abs(outline.across) > _WIDE + 2.0) & (near(hair, unit) < 0.2) | ~close
    again = before > 0.5
    clothes = (person > 0.8) & (outline.trunk > 0.9) & (hair < 0.5) & outside & ~again
    background = (person < 0.15) & (hair < 0.02)
    ours, *others = (
        color_density(bins, part.astype(np.float32))[bins]
        for part in (surely * (outline.trunk < 0.5), skin, clothes, background)
    )
    beside = person * (1.0 - body)
    rivals = np.maximum(np.maximum(others[0], others[1]), others[2] * (1.0 - 0.8 * beside)) + _NEW
    like = cv2.GaussianBlur(ours / (ours + rivals), (0, 0), 0.15 * unit)
    side = 2 * max(1, round(0.2 * unit)) + 1
    disc = np.ones((side, side), np.uint8)
    stayed = again & ~features & (person > 0.3) & (like > _LIKE_BEFORE)
    found = np.zeros_like(hair)
    for _ in range(_ROUNDS):
        close = near(np.maximum(hair, found), _NEAR * unit) > 0.2
        more = (~features & close & (person > 0.3) & (like > _LIKE)).astype(np.float32)
        found = np.asarray(cv2.morphologyEx(more, cv2.MORPH_OPEN, disc), np.float32)
    lock = cv2.morphologyEx(stayed.astype(np.float32), cv2.MORPH_CLOSE, disc)
    return np.asarray(np.maximum.reduce([hair, found, lock]), np.float32)


def wisps(rgb: U8, hair: F32, body: F32, features: Mask, unit: float) -> F32:
    """(h, w) 0..1: single hairs about ``hair`` (h, w) that a matte misses, thin and of its colour.

    ``body`` (h, w): face, neck and trunk, ``features`` (h, w): parts that stay.
    The share of hair in a pixel is ``<I - B, F - B> / |F - B|²``, F the hair's colour and B that of what is
    around: the median where hair itself is left out.
    """
    sure = hair > 0.9
    if int(sure.sum()) < 20:
        return np.zeros_like(hair)
    other = hair < 0.02
    behind = membrane(rgb.astype(np.float32), other.astype(np.float32))
    whole = np.where(other[..., None], rgb, behind).astype(np.uint8)
    local = cv2.medianBlur(whole, 2 * max(1, round(0.5 * _THIN * unit)) + 1).astype(np.float32)
    toward = np.median(rgb[sure], axis=0).astype(np.float32) - local
    length = np.maximum((toward * toward).sum(-1), _CONTRAST * _CONTRAST)
    share = ((rgb - local) * toward).sum(-1) / length
    around = near(hair, _LOOSE * unit)
    reach = np.where(body > 0.5, grown(hair, _ON_BODY * unit) * ~features, around)
    # Leaves and bars beyond the reach of hair tell how much there is that only looks like it.
    beyond = (around < 0.01) & (body < 0.1) & (near(hair, 2.0 * _LOOSE * unit) > 0.01)
    noise = float(np.percentile(np.abs(share[beyond]), 90)) if beyond.any() else 0.0
    found = np.clip((share - max(_TRACE, _DOUBT * noise)) / _RISE, 0.0, 1.0) * np.clip(2.0 * reach, 0.0, 1.0)
    # Specks that do not hang on to hair belong to what is behind.
    found = grown(found.astype(np.float32), 0.2 * unit)
    count, labels = cv2.connectedComponents(((found > 0.3) | (hair > 0.5)).astype(np.uint8), connectivity=8)
    hanging = np.bincount(labels[sure], minlength=count) > 0
    hanging[0] = True
    return np.asarray(found * hanging[labels], np.float32)


def grown(mask: F32, radius: float) -> F32:
    """``mask`` dilated by ``radius`` px, its edge softened over as much."""
    side = 2 * max(1, round(radius)) + 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(
        cv2.GaussianBlur(cv2.dilate(mask, ellipse), (0, 0), max(0.6, 0.35 * radius)), np.float32
    )


def near(mask: F32, radius: float) -> F32:
    """About ``grown``, for a large ``radius``: at a fraction of the size, which is much faster."""
    size = (mask.shape[1], mask.shape[0])
    few = (max(1, size[0] // _COARSE), max(1, size[1] // _COARSE))
    small = np.asarray(cv2.resize(mask, few, interpolation=cv2.INTER_AREA), np.float32)
    side = 2 * max(1, round(radius / _COARSE)) + 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(
        cv2.resize(cv2.dilate(small, ellipse), size, interpolation=cv2.INTER_LINEAR), np.float32
    )
