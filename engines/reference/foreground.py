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
# Hair this deep inside its matte is hair; the surroundings count from so far outside, up to so far, cm.
_CORE, _RIM, _NEAR = 0.5, 0.8, 4.0
# Colours are told apart in so many steps of L*, a* and b*; patches from such a size on, cm², go that are so
# much likelier to be surroundings.
_BINS, _PATCH, _LIKELIER = (12, 40, 40), 1.0, 3.0


def without_surroundings(rgb: U8, alpha: U8, scale: float) -> U8:
    """``alpha`` (h, w) less what has the colours of the surroundings, not those of hair, and touches them.

    ``rgb`` (h, w, 3) uint8 sRGB; ``scale``: px per cm.
    """
    core = _eroded(alpha, _CORE * scale) >= _PURE
    rim, near = (_eroded(~alpha, reach * scale) for reach in (_RIM, _NEAR))
    around = (rim > 242) & (near < 128)
    if min(core.sum(), around.sum()) < 200:
        return alpha
    bins = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)).astype(int) * _BINS // 256
    place = (bins[..., 0] * _BINS[1] + bins[..., 1]) * _BINS[2] + bins[..., 2]
    ours, theirs = (_density(place[where]) for where in (core, around))
    told = cv2.blur((theirs > _LIKELIER * ours + 1e-6)[place].astype(np.float32), (3, 3))
    alien = ((told > 0.6) & (alpha > 127)).astype(np.uint8)
    outside = cv2.dilate((alpha <= 127).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    _, label, stats, _ = cv2.connectedComponentsWithStats(alien)
    large = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] > _PATCH * scale**2)
    gone = np.isin(label, np.setdiff1d(np.intersect1d(large, label[outside]), [0])).astype(np.float32)
    kept = 1.0 - cv2.GaussianBlur(gone, (0, 0), max(0.08 * scale, 0.6))
    return np.asarray(np.rint(alpha * np.clip(2.0 * kept - 1.0, 0.0, 1.0)), np.uint8)


def _eroded(alpha: U8, reach: float) -> U8:
    side = 2 * round(reach) + 1
    return np.asarray(cv2.erode(alpha, np.ones((side, side), np.uint8)), np.uint8)


def _density(place: npt.NDArray[np.int_]) -> npt.NDArray[np.float64]:
    """(n,) how often colours of all bins are, smoothed."""
    counted = np.bincount(place, minlength=int(np.prod(_BINS))).reshape(_BINS).astype(np.float64)
    for axis in range(3):
        counted = 0.5 * counted + 0.25 * (np.roll(counted, 1, axis) + np.roll(counted, -1, axis))
    return np.asarray(counted.reshape(-1) / counted.sum())


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
