"""Labels of real people: what the teacher, MediaPipe and the colours of the face agree upon."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.head.face_regions import OVAL
from realtime.matte.color_histogram import color_density, lab_bins
from realtime.matte.hair_prior import hair_prior

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

HAIR, SKIN, PERSON = range(3)
# A colour so many times likelier on this face than elsewhere is skin, and so many times less likely is not.
_SURE = 6.0
# Where the teacher's views differ by more than this its word does not count.
_SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class Labels:
    """``values`` and ``weights`` (h, w, 3) float32, 0..1: hair, skin, person, and how sure each is."""

    values: F32
    weights: F32


def make_labels(rgb: U8, face: Face | None, hair: F32, spread: F32, person: F32) -> Labels:
    """Labels of ``rgb`` (h, w, 3) uint8 sRGB from ``hair`` and ``person`` (h, w) probabilities.

    ``spread`` (h, w): how unsure ``hair`` is. Hair counts where MediaPipe sees a person; skin inside the
    face's outline and where the colour is plainly the face's, or plainly not.
    """
    near = cv2.dilate(person, np.ones((5, 5), np.uint8))
    far = cv2.dilate(person, np.ones((21, 21), np.uint8)) < 0.1
    sure_hair = (((spread < _SPREAD) & ((hair < 0.3) | (near > 0.15))) | (far & (hair < 0.1))).astype(
        np.float32
    )
    whole = np.maximum(person, hair)
    sure_person = ((whole < 0.15) | (whole > 0.8)).astype(np.float32)
    values = np.stack([hair, np.zeros_like(hair), whole], axis=-1)
    weights = np.stack([sure_hair, np.ones_like(hair), sure_person], axis=-1)
    if face is not None:
        values[..., SKIN], weights[..., SKIN] = _skin(rgb, face, hair, person)
    return Labels(np.clip(values, 0.0, 1.0), weights)


def _skin(rgb: U8, face: Face, hair: F32, person: F32) -> tuple[F32, F32]:
    prior = hair_prior(face, person)
    bins = lab_bins(rgb)
    oval = _oval(face, hair.shape)
    bare = (prior.face & (hair < 0.1)).astype(np.float32)
    other = ((person < 0.1) | (hair > 0.9) | (prior.weights[2] > 0.6)).astype(np.float32)
    ratio = (color_density(bins, bare) + 1e-6)[bins] / (color_density(bins, other) + 1e-5)[bins]
    ratio = cv2.GaussianBlur(np.log(ratio.astype(np.float32)), (0, 0), max(0.5, 0.15 * face.pose.scale))
    inside = (person > 0.6) & (hair < 0.5)
    free = 1.0 - hair
    skin = np.where(oval, free, np.where(inside & (ratio > np.log(_SURE)), free, 0.0))
    sure = oval | (person < 0.1) | (hair > 0.9) | (inside & (np.abs(ratio) > np.log(_SURE)))
    sure &= ~((hair > 0.1) & (hair < 0.9) & ~oval)
    return np.asarray(skin, np.float32), sure.astype(np.float32)


def _oval(face: Face, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(face.landmarks[OVAL, :2]).astype(np.int32)], (1,))
    radius = max(1, round(0.4 * face.pose.scale))
    return cv2.erode(mask, np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)) > 0
