"""Loops of the patch search: which known patch continues the picture best."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
I32 = npt.NDArray[np.int32]

_RADIUS = 2
# A pixel that is itself only guessed says less about its surroundings than a known one.
_GUESS = np.float32(0.3)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _cost(image: F32, trust: F32, py: int, px: int, qy: int, qx: int, far: float, limit: float) -> Any:
    """Mean squared difference of two patches and ``far`` times their squared distance, up to ``limit``."""
    rows, columns = trust.shape
    mass = np.float32(1e-6)
    for dy in range(-_RADIUS, _RADIUS + 1):
        for dx in range(-_RADIUS, _RADIUS + 1):
            y, x = py + dy, px + dx
            if 0 <= y < rows and 0 <= x < columns:
                mass += trust[y, x]
    away = np.float32((qy - py) * (qy - py) + (qx - px) * (qx - px))
    total = np.float32(far) * away * mass
    stop = np.float32(limit) * mass
    for dy in range(-_RADIUS, _RADIUS + 1):
        for dx in range(-_RADIUS, _RADIUS + 1):
            y, x = py + dy, px + dx
            if 0 <= y < rows and 0 <= x < columns and trust[y, x] > np.float32(0.0):
                v, u = qy + dy, qx + dx
                r = image[y, x, 0] - image[v, u, 0]
                g = image[y, x, 1] - image[v, u, 1]
                b = image[y, x, 2] - image[v, u, 2]
                total += trust[y, x] * (r * r + g * g + b * b)
        if total > stop:
            return limit
    return total / mass


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy", inline="always")
def _random(state: Any) -> Any:
    """The next state of a generator (xorshift, Marsaglia 2003)."""
    state ^= state << np.uint32(13)
    state ^= state >> np.uint32(17)
    state ^= state << np.uint32(5)
    return state


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def grow_patches(
    image: F32, trust: F32, source: U8, hole: I32, match: I32, cost: F32, tries: int, reach: int, far: float
) -> None:
    """A first guess with texture: fill ``hole`` (n, 2), sorted from its edge inwards, pixel by pixel.

    A pixel continues the patch of a neighbour that was filled before (Ashikhmin, Synthesizing natural
    textures, I3D 2001) or takes the best of ``tries`` others within ``reach`` px. ``image``, ``trust``,
    ``match`` and ``cost`` are written; for the rest see :func:`search_patches`.
    """
    rows, columns = trust.shape
    state = np.uint32(88172645)
    for k in range(hole.shape[0]):
        y, x = hole[k, 0], hole[k, 1]
        best = _cost(image, trust, y, x, match[y, x, 0], match[y, x, 1], far, 1e12)
        by, bx = match[y, x, 0], match[y, x, 1]
        for n in range(8 + tries):
            if n < 8:
                dy, dx = n // 3 - 1, n % 3 - 1
                if n >= 4:
                    dy, dx = (n + 1) // 3 - 1, (n + 1) % 3 - 1
                v, u = y + dy, x + dx
                if v < 0 or u < 0 or v >= rows or u >= columns or cost[v, u] < np.float32(0.0):
                    continue
                a, b = match[v, u, 0] - dy, match[v, u, 1] - dx
            else:
                state = _random(state)
                a = y + int(state & np.uint32(0xFFFF)) * (2 * reach + 1) // 65536 - reach
                b = x + int(state >> np.uint32(16)) * (2 * reach + 1) // 65536 - reach
            if 0 <= a < rows and 0 <= b < columns and source[a, b]:
                new = _cost(image, trust, y, x, a, b, far, best)
                if new < best:
                    best, by, bx = new, a, b
        match[y, x, 0], match[y, x, 1] = by, bx
        cost[y, x] = best
        for c in range(3):
            image[y, x, c] = image[by, bx, c]
        trust[y, x] = _GUESS


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def search_patches(
    image: F32, trust: F32, source: U8, hole: I32, match: I32, cost: F32, sweeps: int, reach: int, far: float
) -> None:
    """Improve ``match`` (h, w, 2), the patch that each pixel of ``hole`` (n, 2), row-major, is taken from.

    PatchMatch (Barnes et al., SIGGRAPH 2009): good matches are passed on to neighbours, and a few random
    ones within ``reach`` px are tried. ``source`` (h, w): where a patch may be centred. ``trust`` (h, w):
    weight of a pixel in the comparison. ``cost`` (h, w) is written. The same input gives the same answer.
    """
    rows, columns = trust.shape
    state = np.uint32(2463534242)
    for k in range(hole.shape[0]):
        y, x = hole[k, 0], hole[k, 1]
        cost[y, x] = _cost(image, trust, y, x, match[y, x, 0], match[y, x, 1], far, 1e12)
    for sweep in range(sweeps):
        step = 1 if sweep % 2 == 0 else -1
        for n in range(hole.shape[0]):
            k = n if step == 1 else hole.shape[0] - 1 - n
            y, x = hole[k, 0], hole[k, 1]
            for axis in range(2):
                v, u = y - step * (1 - axis), x - step * axis
                if 0 <= v < rows and 0 <= u < columns and match[v, u, 0] >= 0:
                    a, b = match[v, u, 0] + y - v, match[v, u, 1] + x - u
                    if 0 <= a < rows and 0 <= b < columns and source[a, b]:
                        new = _cost(image, trust, y, x, a, b, far, cost[y, x])
                        if new < cost[y, x]:
                            cost[y, x] = new
                            match[y, x, 0], match[y, x, 1] = a, b
            size = reach
            while size >= 1:
                state = _random(state)
                a = match[y, x, 0] + int(state & np.uint32(0xFFFF)) * (2 * size + 1) // 65536 - size
                b = match[y, x, 1] + int(state >> np.uint32(16)) * (2 * size + 1) // 65536 - size
                if 0 <= a < rows and 0 <= b < columns and source[a, b]:
                    new = _cost(image, trust, y, x, a, b, far, cost[y, x])
                    if new < cost[y, x]:
                        cost[y, x] = new
                        match[y, x, 0], match[y, x, 1] = a, b
                size //= 2


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def vote_patches(
    image: F32, match: I32, cost: F32, zoom: int, radius: int, wanted: U8, out: F32, votes: F32
) -> None:
    """Write into ``out`` (H, W, 3) the mean of the patches that overlap each ``wanted`` (H, W) pixel.

    ``image`` (H, W, 3) is ``zoom`` times as fine as ``match`` and ``cost`` (h, w); patches reach ``radius``
    coarse pixels and fade towards their edges. ``votes`` (H, W) is the weight found, 0 where none.
    """
    rows, columns = wanted.shape
    low, wide = match.shape[:2]
    level = np.float32(0.0)
    count = 0
    for i in range(low):
        for j in range(wide):
            if match[i, j, 0] >= 0:
                level += cost[i, j]
                count += 1
    fine = np.float32(1.0 / zoom)
    reach = np.float32(radius + 1)
    scale = np.float32(-1.0) / (level / np.float32(max(count, 1)) + np.float32(1.0))
    for y in range(rows):
        i = y // zoom
        cy = (np.float32(y) + np.float32(0.5)) * fine - np.float32(0.5)
        for x in range(columns):
            if not wanted[y, x]:
                continue
            j = x // zoom
            cx = (np.float32(x) + np.float32(0.5)) * fine - np.float32(0.5)
            r = g = b = mass = np.float32(0.0)
            for di in range(-radius, radius + 1):
                for dj in range(-radius, radius + 1):
                    p, q = i + di, j + dj
                    if p < 0 or q < 0 or p >= low or q >= wide or match[p, q, 0] < 0:
                        continue
                    v = (match[p, q, 0] - p) * zoom + y
                    u = (match[p, q, 1] - q) * zoom + x
                    if v < 0 or u < 0 or v >= rows or u >= columns:
                        continue
                    tent = max(reach - abs(cy - np.float32(p)), np.float32(0.0))
                    tent *= max(reach - abs(cx - np.float32(q)), np.float32(0.0))
                    w = tent * (np.float32(math.exp(cost[p, q] * scale)) + np.float32(1e-3))
                    r += w * image[v, u, 0]
                    g += w * image[v, u, 1]
                    b += w * image[v, u, 2]
                    mass += w
            votes[y, x] = mass
            if mass > np.float32(0.0):
                out[y, x, 0] = r / mass
                out[y, x, 1] = g / mass
                out[y, x, 2] = b / mass
