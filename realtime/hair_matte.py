"""The wearer's own hair, without a network: colour models seeded by the geometry of the head."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.strands.body import SKULL
from realtime.face_regions import OVAL, SKIN_PATCHES
from realtime.head_projection import head_coordinates

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HairMatte:
    """``alpha`` (h, w) float32: share of own hair in each pixel, 0..1, at the resolution it was asked at."""

    alpha: F32

    @property
    def empty(self) -> bool:
        """True where nothing was taken for hair."""
        return not bool((self.alpha > 0.5).any())


def estimate_hair_matte(rgb: npt.NDArray[np.uint8], person: F32, face: Face) -> HairMatte:
    """Own hair in ``rgb`` (h, w, 3) uint8 sRGB, given ``person`` (h, w) probability and ``face``.

    ``face`` is in the pixels of ``rgb``.
    """
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32)
    x, y = head_coordinates(face, rgb.shape[1], rgb.shape[0])
    skull = np.hypot((x - SKULL.center[0]) / SKULL.radii[0], (y - SKULL.center[1]) / SKULL.radii[1])
    skin = _skin_distance(lab, face)
    oval = _face_mask(face, rgb.shape[:2])
    seed = (skull < 1.12) & (y > 3.0) & ~oval & (skin > 3.5) & (person > 0.6)
    reach = np.where(y > 0.0, 2.0 - skull, np.clip((13.0 - np.abs(x)) / 4.0, 0.0, 1.0))
    if seed.sum() < 0.03 * (skull < 1.0).sum():
        return HairMatte(np.zeros(rgb.shape[:2], np.float32))
    likeness = _likeness(lab, seed, person < 0.1)
    allowed = np.clip((person - 0.2) / 0.4, 0, 1) * np.clip(reach * 2, 0, 1)
    alpha = likeness * allowed * np.clip((skin - 1.5) / 2.0, 0, 1) * ~oval
    radius = max(2, int(0.4 * face.pose.scale))
    refined = cv2.ximgproc.guidedFilter(rgb, alpha.astype(np.float32), radius, 40.0)
    return HairMatte(np.clip(refined * 1.2 - 0.1, 0.0, 1.0).astype(np.float32))


def _skin_distance(lab: F32, face: Face) -> F32:
    height, width = lab.shape[:2]
    points = np.rint(face.landmarks[SKIN_PATCHES, :2]).astype(int)
    points = np.clip(points, 0, [width - 1, height - 1])
    samples = lab[points[:, 1], points[:, 0]]
    center = np.median(samples, axis=0)
    spread = np.array([22.0, 5.0, 6.0], np.float32)
    return np.asarray(np.sqrt((((lab - center) / spread) ** 2).sum(-1)), np.float32)


def _face_mask(face: Face, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.rint(face.landmarks[OVAL, :2]).astype(np.int32)], (1,))
    return mask.astype(bool)


def _likeness(lab: F32, seed: npt.NDArray[np.bool_], background: npt.NDArray[np.bool_]) -> F32:
    bins = (lab / 8.0).astype(np.int32)
    index = (bins[..., 0] * 32 + bins[..., 1]) * 32 + bins[..., 2]

    def histogram(mask: npt.NDArray[np.bool_]) -> F32:
        counts = np.bincount(index[mask], minlength=32**3).astype(np.float32).reshape(32, 32, 32)
        for axis in range(3):
            counts = counts + 0.5 * (np.roll(counts, 1, axis) + np.roll(counts, -1, axis))
        return np.asarray(counts.ravel() / max(float(counts.sum()), 1.0), np.float32)

    hair, other = histogram(seed), histogram(background)
    ratio = hair / (hair + 0.3 * other + 1e-5)
    return np.asarray(ratio[index], np.float32)
