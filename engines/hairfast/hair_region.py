"""Where a render replaces the photo: only where hair was or is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.hairfast.alignment import ALIGNED_SIZE
from engines.hairfast.labels import FaceLabel

Bool = npt.NDArray[np.bool_]
F32 = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]

FEATURES = (
    FaceLabel.NOSE,
    FaceLabel.EYEGLASS,
    FaceLabel.LEFT_EYE,
    FaceLabel.RIGHT_EYE,
    FaceLabel.LEFT_BROW,
    FaceLabel.RIGHT_BROW,
    FaceLabel.MOUTH,
    FaceLabel.UPPER_LIP,
    FaceLabel.LOWER_LIP,
)
"""What makes a face this person's: it stays the camera's unless hair covers it."""


@dataclass(frozen=True, slots=True)
class RegionWidths:
    """Widths in fractions of the square's side, which is four times the distance of the eyes.

    ``grow``: how far beyond the hair's outline the render is still alone, for the strays that labels leave
    out. ``feather``: over what it fades there. ``edge``: over what new hair fades into eyes, brows, nose and
    mouth. ``border``: over what everything fades towards the edge of the square.
    """

    grow: float = 0.015
    feather: float = 0.025
    edge: float = 0.006
    border: float = 0.03


def hair_region(user_labels: Labels, new_labels: Labels, widths: RegionWidths | None = None) -> F32:
    """Opacity of the render over the photo: (ALIGNED_SIZE, ALIGNED_SIZE) float32, 0..1, exactly 0 outside.

    ``user_labels``, ``new_labels`` (n, n): :class:`FaceLabel` values of the photo and of the render.
    """
    widths = widths or RegionWidths()
    new_hair = new_labels == FaceLabel.HAIR
    old_hair = user_labels == FaceLabel.HAIR
    region = _falling(distance_outside(new_hair | old_hair), widths.grow, widths.feather)
    features = np.isin(user_labels, FEATURES) & ~new_hair
    if features.any():
        region *= 1.0 - _falling(distance_outside(features), 0.0, widths.edge)
        region = np.maximum(region, _falling(distance_outside(new_hair), 0.0, widths.edge))
    place = (np.arange(ALIGNED_SIZE) + 0.5) / ALIGNED_SIZE
    inwards = _rising(np.minimum(place, 1.0 - place), widths.border)
    return np.asarray(region * inwards * inwards[:, None], np.float32)


def distance_outside(mask: Bool) -> F32:
    """How far each pixel of the square lies outside the smooth outline of ``mask`` (n, n).

    (ALIGNED_SIZE, ALIGNED_SIZE) float32, in sides of the square; 0 inside, infinite without a mask.
    """
    if not mask.any():
        return np.full((ALIGNED_SIZE, ALIGNED_SIZE), np.inf, np.float32)
    # The stairs of the label map, averaged away.
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.2)
    fine = cv2.resize(soft, (ALIGNED_SIZE, ALIGNED_SIZE), interpolation=cv2.INTER_CUBIC)
    outside = (fine < 0.5).astype(np.uint8)
    return np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, 5) / ALIGNED_SIZE, np.float32)


def _falling(distance: F32, start: float, width: float) -> F32:
    return 1.0 - _rising(distance - start, width)


def _rising(distance: npt.NDArray[Any], width: float) -> F32:
    """0 where ``distance`` is at most 0, 1 from ``width`` on, smooth in between."""
    t = np.clip(distance / width, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)
