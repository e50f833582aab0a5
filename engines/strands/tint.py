"""The colour of every strand along its way: gradients, painted locks, white strands, small differences."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from engines.palette import WHITE, HairColor
from engines.strands.paint import painted
from engines.strands.strand_set import StrandSet

F32 = npt.NDArray[np.float32]

# Standard deviations of L* and of a*, b* from strand to strand, and of L* from lock to lock.
_STRAND_L, _STRAND_AB, _LOCK_L = 1.5, 1.0, 2.5


def tint_table(strands: StrandSet, color: HairColor) -> F32:
    """(v, 3) float32: linear RGB of the vertices of ``strands`` dyed in ``color``, under neutral light."""
    start, jitter = strands.hair_start, strands.jitter[strands.hair]
    rng = np.random.default_rng(11)
    own = np.column_stack([jitter[:, 0], rng.normal(size=(len(jitter), 2))])
    shift = (own * (_STRAND_L, _STRAND_AB, _STRAND_AB)).astype(np.float32)
    shift[:, 0] += _LOCK_L * jitter[:, 2]
    pure = rng.random(len(jitter)) < color.white
    ends = np.array([*color.pigmented, WHITE, WHITE, color.second], np.float32)
    table = np.empty((len(strands.points), 3), np.float32)
    _tint(start, strands.t, painted(strands, color.gradient), pure, shift, ends, table)
    return table


@numba.njit(inline="always", error_model="numpy")
def _cubed(f: np.float32) -> np.float32:
    """The inverse of CIE Lab's f."""
    if f > np.float32(6.0 / 29.0):
        return f * f * f
    return np.float32(3.0 * (6.0 / 29.0) ** 2) * (f - np.float32(4.0 / 29.0))


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _tint(
    start: npt.NDArray[np.int32],
    t: F32,
    paint: F32,
    pure: npt.NDArray[np.bool_],
    shift: F32,
    ends: F32,
    table: F32,
) -> None:
    """Write linear RGB to ``table`` (v, 3); ``ends`` (5, 3): Lab of root, tip, both of white hair, paint."""
    for i in range(start.shape[0] - 1):
        first = 2 if pure[i] else 0
        for v in range(start[i], start[i + 1]):
            m = paint[v]
            keep, share = np.float32(1.0) - m, t[v]
            light = keep * (ends[first, 0] + share * (ends[first + 1, 0] - ends[first, 0])) + m * ends[4, 0]
            a = keep * (ends[first, 1] + share * (ends[first + 1, 1] - ends[first, 1])) + m * ends[4, 1]
            b = keep * (ends[first, 2] + share * (ends[first + 1, 2] - ends[first, 2])) + m * ends[4, 2]
            light = max(light + shift[i, 0], np.float32(0.4) * light)
            fy = (light + np.float32(16.0)) * np.float32(1.0 / 116.0)
            x = np.float32(0.95047) * _cubed(fy + (a + shift[i, 1]) * np.float32(0.002))
            y = _cubed(fy)
            z = np.float32(1.08883) * _cubed(fy - (b + shift[i, 2]) * np.float32(0.005))
            zero = np.float32(0.0)
            table[v, 0] = max(
                zero, np.float32(3.2404542) * x - np.float32(1.5371385) * y - np.float32(0.4985314) * z
            )
            table[v, 1] = max(
                zero, np.float32(-0.9692660) * x + np.float32(1.8760108) * y + np.float32(0.0415560) * z
            )
            table[v, 2] = max(
                zero, np.float32(0.0556434) * x - np.float32(0.2040259) * y + np.float32(1.0572252) * z
            )
