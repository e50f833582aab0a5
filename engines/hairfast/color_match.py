"""Exposure and tint of a render, brought to those of the photo."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.hairfast.hair_region import FEATURES
from engines.hairfast.labels import FaceLabel

F32 = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]

_SKIN = (*FEATURES, FaceLabel.SKIN, FaceLabel.LEFT_EAR, FaceLabel.RIGHT_EAR, FaceLabel.NECK)
_CLOTH = (FaceLabel.CLOTH, FaceLabel.NECKLACE, FaceLabel.EARRING)
_BACKGROUND = (FaceLabel.BACKGROUND, FaceLabel.HAT)
# Fewer pixels than this fraction of the square say nothing about it.
_FEW = 0.0005
# How softly one group's factors pass into the next one's, in fractions of the square's side.
_SOFT = 0.004


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """``ring``: how far around the region photo and render are compared, and ``reach``: how far into it what
    differs from place to place is carried; fractions of the square's side. ``most``: the largest factor.
    ``dark``: linear light that is as good as black."""

    ring: float = 0.06
    reach: float = 0.03
    most: float = 1.6
    dark: float = 0.01


def color_gain(
    photo: F32,
    render: F32,
    region: F32,
    user_labels: Labels,
    new_labels: Labels,
    inside: npt.NDArray[np.bool_],
    settings: MatchSettings | None = None,
) -> F32:
    """Factors (n, n, 3) float32 for the linear light of ``render``.

    ``photo``, ``render`` (n, n, 3) float32: linear light of the aligned square; ``region`` (n, n): opacity of
    the render; ``user_labels``, ``new_labels`` (n, n): :class:`FaceLabel` values of the two; ``inside``
    (n, n): what the photo really shows.

    Skin, cloth and background are compared each with itself in a ring around the region, where both pictures
    show the same thing: what they differ by on the whole corrects all of it, and what they differ by near a
    place the seam there. Hair, which has no counterpart, gets what skin needs, for it is in the same light.
    """
    settings = settings or MatchSettings()
    size = len(region)
    limit = np.log(settings.most)
    ratio = np.log((photo + settings.dark) / (render + settings.dark))
    ratio = np.clip(ratio, -limit, limit).astype(np.float32)
    ring = _ring(region, round(settings.ring * size)) * inside
    new = [np.isin(new_labels, group) for group in (_SKIN, _CLOTH, _BACKGROUND)]
    same = [
        ring * (np.isin(user_labels, group) & mask)
        for group, mask in zip((_SKIN, _CLOTH, _BACKGROUND), new, strict=True)
    ]
    overall = _level(ratio, same[0], _level(ratio, np.asarray(sum(same)), np.zeros(3, np.float32)))
    shares = cv2.GaussianBlur((new_labels == FaceLabel.HAIR).astype(np.float32), (0, 0), _SOFT * size)
    total = shares[..., None] * overall
    for mask, weight in zip(new, same, strict=True):
        level = _level(ratio, weight, overall)
        share = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), _SOFT * size)
        total += share[..., None] * (level + _carried(ratio - level, weight, settings.reach * size))
        shares = shares + share
    return np.asarray(np.exp(total / shares[..., None]), np.float32)


def _ring(region: F32, width: int) -> F32:
    """How much of the photo shows within ``width`` px around ``region``."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    return np.asarray((1.0 - region) * cv2.dilate((region > 0).astype(np.uint8), kernel), np.float32)


def _level(ratio: F32, weight: F32, otherwise: F32) -> F32:
    """(3,): the median of ``ratio`` where ``weight`` is at least half."""
    chosen = weight > 0.5
    if chosen.mean() < _FEW:
        return otherwise
    return np.asarray(np.median(ratio[chosen], axis=0), np.float32)


def _carried(difference: F32, weight: F32, reach: float) -> F32:
    """``difference`` where it is known, carried smoothly over ``reach`` px and to nothing beyond."""
    known = cv2.GaussianBlur(weight, (0, 0), reach)
    mean = (
        cv2.GaussianBlur(difference * weight[..., None], (0, 0), reach) / np.maximum(known, 1e-6)[..., None]
    )
    return np.asarray(mean * np.clip(known / 0.25, 0.0, 1.0)[..., None], np.float32)
