"""The colours of hair where it is thin, without those of what is behind it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

# Pixels with more alpha than this show hair alone.
_PURE = 242
# A hair pixel's neighbourhood, cm; a colour so much farther from its mean than most is of something else.
_AROUND, _ALIEN = 1.2, 2.6


def pure_hair(rgb: U8, alpha: U8, scale: float) -> npt.NDArray[np.bool_]:
    """(h, w) where ``rgb`` (h, w, 3) uint8 sRGB shows hair alone, by its ``alpha`` (h, w) uint8.

    Alpha's last millimetre towards its edge is left out, and colours unlike the hair around them: an
    earring, a bit of skin between two locks. ``scale``: px per cm.
    """
    sure = (alpha >= _PURE).astype(np.uint8)
    reach = max(1, round(0.12 * scale))
    sure = np.asarray(cv2.erode(sure, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)), np.uint8)
    if not sure.any():
        sure = (alpha >= min(_PURE, int(alpha.max()))).astype(np.uint8)
    lab = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.float32)
    weight = sure.astype(np.float32)
    size = 2 * round(_AROUND * scale) + 1
    total = cv2.blur(weight, (size, size)) + 1e-4
    mean = cv2.blur(lab * weight[..., None], (size, size)) / total[..., None]
    # Lightness varies within hair, hue does not.
    off = (np.abs(lab - mean) * (0.4, 1.0, 1.0)).sum(axis=2)
    usual = float(np.median(off[sure > 0])) if sure.any() else 0.0
    kept = (sure > 0) & (off < _ALIEN * usual + 8.0)
    return np.asarray(kept if kept.any() else sure > 0)


def hair_colors(rgb: U8, pure: npt.NDArray[np.bool_], scale: float) -> U8:
    """(h, w, 3) uint8 sRGB: ``rgb`` where it is ``pure`` hair, elsewhere the colours of the nearest hair.

    Drawn outwards like this, nothing of the photo's background shows through any alpha. ``scale``: px per cm.
    """
    if not pure.any():
        return rgb
    _, label = cv2.distanceTransformWithLabels(
        (~pure).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    owner = np.zeros(int(label.max()) + 1, np.int64)
    owner[label[pure]] = np.flatnonzero(pure)
    drawn = rgb.reshape(-1, 3)[owner[label]]
    soft = cv2.GaussianBlur(drawn, (0, 0), max(0.05 * scale, 0.5))
    return np.asarray(np.where(pure[..., None], rgb, soft), np.uint8)
