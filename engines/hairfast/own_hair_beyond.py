"""The user's own hair outside the aligned square, where the networks draw nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine
from engines.hair_layer import HairLayer
from engines.hairfast.alignment import ALIGNED_SIZE, Alignment
from engines.hairfast.hair_composite import LINEAR, over, placed
from engines.hairfast.labels import FaceLabel
from engines.hairfast.shade_transfer import ShadeTransfer
from engines.hairfast.smooth_fill import smooth_fill

Bool = npt.NDArray[np.bool_]
F32 = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]
U8 = npt.NDArray[np.uint8]

# The wide square has twice the side; the square begins at these fractions of it.
_LEFT, _TOP = 0.25, 0.125
# In cells of the wide square's label map, 128 to a side of the square: what new hair fades over at its
# border; the band inside of that, in which old and new hair are compared; the least area that counts.
_BORDER, _BAND, _LEAST = 4, 10, 12
# How far beyond its label removed hair has strays, in cells.
_STRAYS = 4
# Hair that ends above this fraction of the square lies around the head, not on the shoulders.
_HEAD = 0.9
# How far the photo corrects the labels, in sides of the square, and the contrast it needs to, in levels.
_MATTE, _CONTRAST = 0.02, 12.0


def wide_alignment(alignment: Alignment) -> Alignment:
    """A square of twice the side around the aligned one, with more room below than above."""
    shift = np.array(
        [[2.0, 0.0, 0.5 - 2.0 * _LEFT * ALIGNED_SIZE], [0.0, 2.0, 0.5 - 2.0 * _TOP * ALIGNED_SIZE]]
    )
    return Alignment(compose_affine(alignment.to_frame, shift))


@dataclass(frozen=True, slots=True)
class OwnHair:
    """What becomes of the own hair beyond the square; masks (n, n) of the wide square's cells.

    ``recolored``: it goes on from new hair, and is shown in its colour; ``source`` and ``target``: own and
    new hair nearby, to learn the colours from. ``removed``: it goes on from where hair is no more, before a
    background that can be continued; ``background``: what that is seen from. ``left``: it stays as it is.
    ``cut``: new hair ends at the square's border, with no own hair to go on.
    """

    recolored: Bool
    removed: Bool
    left: Bool
    source: Bool
    target: Bool
    background: Bool
    cut: bool

    @staticmethod
    def of(wide_labels: Labels, new_labels: Labels) -> OwnHair:
        """``wide_labels`` (n, n): :class:`FaceLabel` of the photo in the wide square; ``new_labels`` (n, n):
        of the render in the square."""
        hair = wide_labels == FaceLabel.HAIR
        size, half = len(hair), len(hair) // 2
        left, top = round(_LEFT * size), round(_TOP * size)
        render = np.full_like(wide_labels, FaceLabel.BACKGROUND)
        render[top : top + half, left : left + half] = new_labels[::2, ::2]
        inner = np.zeros_like(hair)
        inner[top + _BORDER : top + half - _BORDER, left + _BORDER : left + half - _BORDER] = True
        new_hair = inner & (render == FaceLabel.HAIR)
        band = inner & hair & _grown(~inner, _BAND)
        recolored, removed, stays = (np.zeros_like(hair) for _ in range(3))
        count, parts = cv2.connectedComponents((hair & ~inner).astype(np.uint8), connectivity=4)
        for number in range(1, count):
            part = parts == number
            touching = band & _grown(part, _BAND)
            if part.sum() < _LEAST or not touching.any():
                continue
            around = wide_labels[_grown(part, 6) & ~hair & ~inner]
            above = np.flatnonzero(part.any(axis=1))[-1] < top + _HEAD * half
            if new_hair[touching].mean() >= 0.5:
                recolored |= part
            elif above and (around == FaceLabel.BACKGROUND).sum() > 0.7 * len(around):
                removed |= part
            else:
                stays |= part
        near = _grown(recolored, 3 * _BAND)
        seen = np.where(inner, render, wide_labels) == FaceLabel.BACKGROUND
        ends = new_hair & _grown(~inner, 1) & ~_grown(recolored, _BAND)
        return OwnHair(
            recolored=recolored,
            removed=removed,
            left=stays,
            source=near & hair,
            target=near & new_hair,
            background=seen & ~_grown(hair & ~inner, _STRAYS),
            cut=bool(ends.sum() > 0.05 * half),
        )


def own_hair_layer(rgb: U8, swapped: U8, alignment: Alignment, own: OwnHair) -> HairLayer | None:
    """The own hair beyond the square as it should look, in the photo's pixels; ``None``: as it does.

    ``rgb`` (h, w, 3) uint8 sRGB: the photo; ``swapped``: with the new hair in the square of ``alignment``.
    """
    wide = wide_alignment(alignment)
    to_frame = wide.resized(len(own.recolored))
    size = (rgb.shape[1], rgb.shape[0])
    shown = LINEAR[wide.crop(swapped)]
    under = None
    if own.removed.any() and own.background.any():
        fill = smooth_fill(shown, _fine(own.background))
        soft = cv2.GaussianBlur(_grown(own.removed, _STRAYS).astype(np.float32), (0, 0), 1.0)
        alpha = np.clip(_fine(soft), 0.0, 1.0)[..., None]
        rgba = np.concatenate([np.clip(fill, 0.0, 1.0) * alpha, alpha], axis=2)
        under = placed(HairLayer(rgba, wide.to_frame), size)
    if not own.recolored.any() or min(own.source.sum(), own.target.sum()) < _LEAST:
        return under
    change = ShadeTransfer.between(
        LINEAR[wide.crop(rgb)][_fine(own.source) > 0.5], shown[_fine(own.target) > 0.5]
    )
    area = placed(_opacity(own.recolored, to_frame), size)
    left, top = (round(value) for value in area.to_frame[:, 2])
    height, width = area.rgba.shape[:2]
    photo = rgb[top : top + height, left : left + width]
    # Labels know hair to a few pixels; where its edge is, the photo says.
    radius = max(2, round(_MATTE * alignment.side))
    alpha = np.clip(cv2.ximgproc.guidedFilter(photo, area.rgba[..., 3], radius, _CONTRAST**2), 0.0, 1.0)
    hair = alpha > 1.0 / 512
    linear = LINEAR[photo[hair]]
    opacity = (alpha[hair] * change.likeness(linear))[:, None]
    rgba = np.zeros((height, width, 4), np.float32)
    rgba[hair] = np.concatenate([change(linear) * opacity, opacity], axis=1)
    recolored = HairLayer(rgba, area.to_frame)
    return recolored if under is None else over(recolored, under)


def _opacity(mask: Bool, to_frame: npt.NDArray[np.float64]) -> HairLayer:
    """A black layer where ``mask`` is, cut to it and a margin."""
    rows, columns = (np.flatnonzero(_grown(mask, _STRAYS).any(axis=axis)) for axis in (1, 0))
    top, left = int(rows[0]), int(columns[0])
    part = mask[top : rows[-1] + 1, left : columns[-1] + 1]
    rgba = np.zeros((*part.shape, 4), np.float32)
    rgba[..., 3] = part
    return HairLayer(rgba, compose_affine(to_frame, np.array([[1.0, 0.0, left], [0.0, 1.0, top]])))


def _grown(mask: Bool, by: int) -> Bool:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return cv2.dilate(mask.astype(np.uint8), kernel).astype(bool)


def _fine(mask: npt.NDArray[Any]) -> F32:
    """Cells of the wide square as its pixels."""
    size = (ALIGNED_SIZE, ALIGNED_SIZE)
    return np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR), np.float32)
