"""A hair matte to the last strand, from one that is right but for its edges.

Where hair ends, a pixel's share of it follows from where its colour lies between those of the sure hair and
of the sure surroundings next to it. Closed-form matting (Levin, Lischinski and Weiss, PAMI 2008) joins these
single shares: the matte shall be locally a linear function of the colours. Its Laplacian times a matte is the
matte less its guided filtering (He, Sun and Tang, CVPR 2010), so that conjugate gradients need no matrix.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# Reach of what counts as next to a pixel, as shares of the given margin.
_REACHES = (0.6, 2.0, 6.0)
# Colours are known from so many of them, as a share of a reach.
_ENOUGH = 0.05
# Windows of the linear functions, px to each side; colours differ by so much (variance, of 1) in a flat one;
# steps of conjugate gradients.
_WINDOW, _FLAT, _STEPS = 1, 1e-5, 25
# Weight of what is sure, of a share told by colours that lie well apart, and of the coarse matte.
_SURE, _TOLD, _GUESS = 100.0, 0.25, 0.01


def fine_matte(rgb: U8, coarse: F32, margin: float) -> F32:
    """(h, w) float32 0..1: the matte ``coarse`` (h, w) of ``rgb`` (h, w, 3) uint8 sRGB with sharp edges.

    It is believed where it is sure for ``margin`` px around, and twice as far outside, where strands fly.
    """
    inner, outer = (
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(reach) + 1,) * 2)
        for reach in (margin, 2.0 * margin)
    )
    hair = cv2.erode(coarse, inner) > 0.9
    around = cv2.dilate(coarse, outer) < 0.1
    guide = rgb.astype(np.float32) / np.float32(255.0)
    share, certain = _between(guide, hair, around, margin)
    unsure = ~(hair | around)
    weight = np.where(unsure, _GUESS + _TOLD * certain, np.float32(_SURE)).astype(np.float32)
    told = (_TOLD * certain * share + _GUESS * coarse) / (_TOLD * certain + _GUESS)
    target = np.where(unsure, told, hair).astype(np.float32)
    return np.asarray(np.clip(_joined(guide, target, weight), 0.0, 1.0), np.float32)


def _between(guide: F32, hair: Mask, around: Mask, margin: float) -> tuple[F32, F32]:
    """(h, w) float32 each: the share of hair by colour alone, and how far it can be told, 0..1."""
    ours, our_spread = _local(guide, hair, margin)
    theirs, their_spread = _local(guide, around, margin)
    across = ours - theirs
    apart = (across**2).sum(-1)
    share = ((guide - theirs) * across).sum(-1) / np.maximum(apart, 1e-5)
    certain = apart / (apart + 4.0 * (our_spread + their_spread) + 1e-3)
    return np.clip(share, 0.0, 1.0).astype(np.float32), np.asarray(certain**2, np.float32)


def _local(guide: F32, where: Mask, margin: float) -> tuple[F32, F32]:
    """Mean (h, w, 3) and variance (h, w) of the colours ``where`` (h, w), as near to each pixel as there are
    any."""
    here = where.astype(np.float32)
    colors, rest = guide * here[..., None], np.dstack([(guide**2).sum(-1) * here, here])
    total = np.zeros((*here.shape, 5), np.float32)
    for reach in _REACHES:
        near = np.dstack([_blurred(colors, reach * margin), _blurred(rest, reach * margin)])
        # The wider reach fills up what the narrower one lacks.
        total += near * (np.maximum(_ENOUGH - total[..., 4:], 0.0) / np.maximum(near[..., 4:], _ENOUGH))
    mean = total[..., :4] / np.maximum(total[..., 4:], 1e-6)
    spread = np.maximum(mean[..., 3] - (mean[..., :3] ** 2).sum(-1), 0.0)
    return np.asarray(mean[..., :3], np.float32), np.asarray(spread, np.float32)


def _blurred(plane: F32, sigma: float) -> F32:
    """``plane`` (h, w, up to 4) blurred; shrunk for it, as a wide blur is smooth."""
    height, width = plane.shape[:2]
    factor = max(1.0, sigma / 3.0)
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / factor)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _joined(guide: F32, target: F32, weight: F32) -> F32:
    """The matte near ``target`` (h, w), by ``weight`` (h, w), that is locally linear in the colours."""
    linear = cv2.ximgproc.createGuidedFilter(guide, _WINDOW, _FLAT)

    def times(matte: F32) -> F32:
        return np.asarray(matte - linear.filter(matte) + weight * matte, np.float32)

    alpha = target
    inverse = 1.0 / (1.0 + weight)
    rest = weight * target - times(alpha)
    step = inverse * rest
    energy = float((rest * step).sum())
    for _ in range(_STEPS):
        turned = times(step)
        length = np.float32(energy / max(float((step * turned).sum()), 1e-12))
        alpha = alpha + length * step
        rest = rest - length * turned
        direction = inverse * rest
        before, energy = energy, float((rest * direction).sum())
        if energy < 1e-4:
            break
        step = direction + np.float32(energy / before) * step
    return np.asarray(alpha, np.float32)
