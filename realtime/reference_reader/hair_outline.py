"""What is compared of two heads of hair: their outline, and how straight their strands run."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

# The outline's picture: cm around the head's origin (left, top, and size), and px per cm.
_LEFT, _TOP, _WIDTH, _HEIGHT, _CELLS = -20.0, -18.0, 40.0, 62.0, 2.0
# Strands are looked at in at most so many px per cm; lightness counts against its mean within so much, and
# strands run in parallel where they do within so much, cm.
_SCALE, _LOCAL, _PARALLEL = 9.0, 0.6, 1.2


@dataclass(frozen=True, slots=True)
class HairOutline:
    """``mask`` (124, 80) float32 0..1: hair, upright, in half centimetres of the head; ``order``: 0, strands
    run anywhere, to 1, all in parallel with their neighbours."""

    mask: F32
    order: float

    @staticmethod
    def of(rgb: U8, hair: F32, face: Face) -> HairOutline:
        """The outline of ``hair`` (h, w) 0..1 in ``rgb`` (h, w, 3) uint8 sRGB with the upright ``face``."""
        zoom = _CELLS / face.pose.scale
        corner = -np.array([_LEFT, _TOP]) * _CELLS - zoom * face.pose.translation
        smooth = cv2.GaussianBlur(hair, (0, 0), max(0.4 / zoom, 0.3))
        place = np.column_stack([zoom * np.eye(2), corner])
        mask = cv2.warpAffine(smooth, place, (round(_WIDTH * _CELLS), round(_HEIGHT * _CELLS)))
        return HairOutline(np.asarray(mask, np.float32), _order(rgb, hair, face.pose.scale))

    def likeness(self, other: HairOutline) -> float:
        """1 for the same hair: the share that both outlines have in common, less for other texture."""
        both = np.minimum(self.mask, other.mask).sum()
        either = np.maximum(self.mask, other.mask).sum()
        return float(both / max(float(either), 1e-6)) - abs(self.order - other.order)


def _order(rgb: U8, hair: F32, scale: float) -> float:
    """How far edges within ``hair`` agree in direction with those around them (structure tensor)."""
    shrink = min(1.0, _SCALE / scale)
    size = (max(8, round(rgb.shape[1] * shrink)), max(8, round(rgb.shape[0] * shrink)))
    unit = scale * shrink
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    alpha = cv2.resize(hair, size, interpolation=cv2.INTER_AREA)
    lightness = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)[..., 0].astype(np.float32)
    inside = (cv2.erode(alpha, np.ones((5, 5), np.uint8)) > 0.9).astype(np.float32)
    mean = cv2.GaussianBlur(lightness * inside, (0, 0), _LOCAL * unit)
    mean = mean / (cv2.GaussianBlur(inside, (0, 0), _LOCAL * unit) + 1e-3)
    detail = cv2.GaussianBlur(np.where(inside > 0.0, lightness - mean, 0.0), (0, 0), 0.8)
    gx, gy = cv2.Sobel(detail, cv2.CV_32F, 1, 0), cv2.Sobel(detail, cv2.CV_32F, 0, 1)
    inner = cv2.erode(inside, np.ones((5, 5), np.uint8))
    strength = np.hypot(gx, gy) * inner
    # Directions at twice their angle, so that both ways along a strand are one; weighted by their strength.
    doubled = np.dstack([gx * gx - gy * gy, 2.0 * gx * gy]) / (np.hypot(gx, gy) + 1e-6)[..., None]
    doubled = cv2.GaussianBlur(doubled * inner[..., None], (0, 0), _PARALLEL * unit)
    around = cv2.GaussianBlur(strength, (0, 0), _PARALLEL * unit)
    alike = np.hypot(doubled[..., 0], doubled[..., 1]) / (around + 1e-6)
    return float((alike * strength).sum() / max(float(strength.sum()), 1e-6))
