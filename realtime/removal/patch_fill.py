"""Filling holes in a picture with patches of what is around them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.removal.membrane import membrane
from realtime.removal.patch_kernel import grow_patches, search_patches, vote_patches

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
I32 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

# Patches are searched in a picture of about this many pixels across, and copied from the full one.
_COARSE = 150
_RADIUS = 2
# What is larger than this, in coarse pixels, is no detail; on a plain wall much less is.
_DETAIL = 4.0
# Lightness is led over by so much at most, 0..255: what differs more is another thing.
_BLOT = 16.0
# On a plain wall it is no other thing: by so much there, less by so many levels for each of its mean detail.
_PLAIN, _ROUGH = 64.0, 6.0
_GUESS = 0.3
_FEWEST = 30
# Patches are looked for so far around a hole at least, px, or a third of its width and height.
_LEAST_AROUND = 40
_ROUNDS = 2
# So many random patches are looked at for each pixel of the first guess.
_TRIES = 24
# Squared colour steps per squared pixel: of two equally good patches the nearer one.
_FAR = 0.05


def fill_patches(image: F32, hole: Mask, known: Mask) -> F32:
    """``image`` (h, w, 3) float32 0..255 with ``hole`` (h, w) filled from where it is ``known`` (h, w).

    What is neither hole nor known is left alone and not looked at. Structure is continued by patches found
    at low resolution, coarse to fine (Wexler et al., Space-time completion of video, PAMI 2007, with
    PatchMatch), and copied at full resolution; their lightness is led over smoothly into what is known
    around the hole.
    """
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    if not len(rows):
        return image
    around = max(_LEAST_AROUND, (rows[-1] - rows[0] + columns[-1] - columns[0]) // 3)
    top, left = max(0, int(rows[0]) - around), max(0, int(columns[0]) - around)
    box = np.s_[top : rows[-1] + around + 1, left : columns[-1] + around + 1]
    out = image.copy()
    out[box] = _filled(image[box], hole[box], known[box], max(1, round(max(hole.shape) / _COARSE)))
    return out


def _filled(image: F32, hole: Mask, known: Mask, zoom: int) -> F32:
    height, width = hole.shape
    size = (-(-width // zoom), -(-height // zoom))
    padding = (size[0] * zoom - width, size[1] * zoom - height)
    small, open_, certain = (
        _shrunk(np.asarray(part, np.float32), padding, size) for part in (image, hole, known)
    )
    sure, holes = certain > 0.99, open_ > 0.01
    guess = np.where(holes[..., None], membrane(small, sure.astype(np.float32)), small).astype(np.float32)
    half = ((size[0] + 1) // 2, (size[1] + 1) // 2)
    odd = (2 * half[0] - size[0], 2 * half[1] - size[1])
    begun = _shrunk(guess, odd, half)
    coarse = _matched(
        begun,
        _shrunk(holes.astype(np.float32), odd, half) > 0.01,
        _shrunk(sure.astype(np.float32), odd, half) > 0.99,
        None,
    )
    if coarse is not None:
        textured = np.repeat(np.repeat(begun, 2, 0), 2, 1)[: size[1], : size[0]]
        guess = np.where(holes[..., None], textured, guess)
    fine = _matched(guess, holes, sure, coarse and coarse[0])
    if fine is None:
        out = np.asarray(
            cv2.resize(guess, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR), np.float32
        )
        return np.where(hole[..., None], out[:height, :width], image)
    match, cost = fine
    out = image.copy()
    votes = np.zeros(hole.shape, np.float32)
    vote_patches(image, match, cost, zoom, 1, hole.astype(np.uint8), out, votes)
    shade = _shade(small, holes, sure, _shrunk(out, padding, size))
    large = cv2.resize(shade, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)[:height, :width]
    out[hole] = np.clip(out[hole] + large[hole], 0.0, 255.0)
    return out


def _matched(small: F32, holes: Mask, sure: Mask, coarse: I32 | None) -> tuple[I32, F32] | None:
    """Match and cost per pixel of ``small``, whose ``holes`` are filled; ``coarse``: the match at half size.

    ``None``: too little is ``sure`` to take patches from.
    """
    window = np.ones((2 * _RADIUS + 1, 2 * _RADIUS + 1), np.uint8)
    outside = (sure & ~holes).astype(np.uint8)
    source = np.asarray(
        cv2.erode(outside, window, borderType=cv2.BORDER_CONSTANT, borderValue=(0.0,)), np.uint8
    )
    if int(source.sum()) < _FEWEST:
        return None
    match = _nearest(source, holes)
    if coarse is not None:
        finer = 2 * np.repeat(np.repeat(coarse, 2, 0), 2, 1)[: holes.shape[0], : holes.shape[1]]
        finer = finer + np.indices(holes.shape).transpose(1, 2, 0) % 2
        inside = (finer >= 0).all(-1) & (finer < np.array(holes.shape)).all(-1) & holes
        inside[inside] = source[finer[inside][:, 0], finer[inside][:, 1]] > 0
        match = np.where(inside[..., None], finer, match).astype(np.int32)
    targets = np.argwhere(holes).astype(np.int32)
    cost = np.full(holes.shape, -1.0, np.float32)
    votes = np.zeros(holes.shape, np.float32)
    trust = np.where(sure & ~holes, np.float32(1.0), np.float32(0.0))
    reach = max(holes.shape) // 2
    if coarse is None:
        depth = cv2.distanceTransform(holes.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
        inwards = targets[np.argsort(depth[targets[:, 0], targets[:, 1]], kind="stable")]
        grow_patches(small, trust, source, inwards, match, cost, _TRIES, reach, _FAR)
    else:
        trust[holes] = _GUESS
        reach //= 4
    for _ in range(_ROUNDS):
        search_patches(small, trust, source, targets, match, cost, 2, reach, _FAR)
        vote_patches(small, match, cost, 1, _RADIUS, holes.astype(np.uint8), small, votes)
    return match, cost


def _shade(small: F32, holes: Mask, sure: Mask, patched: F32) -> F32:
    """What to add to ``patched`` (h, w, 3) so that its ``holes`` are, but for detail, a membrane.

    Patches know what things look like and not how bright they are there: so no step shows at the edge of a
    hole, and no blot within.
    """
    even = membrane(small, (sure & ~holes).astype(np.float32))
    detail = np.abs(small - cv2.GaussianBlur(small, (0, 0), _DETAIL))[sure & ~holes]
    rough = float(detail.mean()) if detail.size else _PLAIN
    most, scale = max(_BLOT, _PLAIN - _ROUGH * rough), min(_DETAIL, 1.0 + 0.5 * rough)
    inside = holes.astype(np.float32)
    mass = cv2.GaussianBlur(inside, (0, 0), scale)[..., None]
    wrong = np.clip(even - patched, -most, most) * inside[..., None]
    return np.asarray(cv2.GaussianBlur(wrong, (0, 0), scale) / np.maximum(mass, 1e-3), np.float32)


def smooth_fill(values: F32, known: Mask, shrink: int = 4, forget: float = 0.0) -> F32:
    """A membrane through ``values`` (h, w, c) where ``known`` (h, w), made at 1 / ``shrink`` of the size.

    ``forget``: weight per pixel with which it is 0 elsewhere.
    """
    height, width = known.shape
    size = (max(4, width // shrink), max(4, height // shrink))
    weight = known.astype(np.float32)
    small = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    sums = cv2.resize(values * weight[..., None], size, interpolation=cv2.INTER_AREA)
    even = membrane(sums / np.maximum(small, 1e-4)[..., None], np.clip(2.0 * small, forget, 1.0))
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _nearest(source: U8, hole: Mask) -> I32:
    """(h, w, 2) int32: for pixels of ``hole`` the nearest place where a patch may be taken; else -1."""
    _, labels = cv2.distanceTransformWithLabels(
        1 - source, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    places = np.zeros((int(labels.max()) + 1, 2), np.int32)
    at = np.argwhere(source > 0)
    places[labels[at[:, 0], at[:, 1]]] = at
    return np.where(hole[..., None], places[labels], -1).astype(np.int32)


def _shrunk(image: F32, padding: tuple[int, int], size: tuple[int, int]) -> F32:
    """``image`` with columns and rows of ``padding`` added, averaged to ``size`` (width, height)."""
    whole = cv2.copyMakeBorder(image, 0, padding[1], 0, padding[0], cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.float32)
