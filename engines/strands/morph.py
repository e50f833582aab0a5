"""Hair that becomes longer, fuller or curlier before one's eyes."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from engines.strands.strand_set import StrandSet

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]


def way_back(strands: StrandSet, place: F32, former: StrandSet, former_place: F32) -> F32:
    """(v, 4) float32: from each vertex of ``strands`` to the same point of the same strand in ``former``, cm.

    ``place`` (v, 4) and ``former_place`` (w, 4): both on the person's head, as in shading.place_table; widths
    stay. Where ``former`` lacks the point, hidden as it was, the way of the one before serves.
    """
    most = int(max(strands.strand[-1], former.strand[-1])) + 2
    pieces = np.searchsorted(former.strand, np.arange(most)).astype(np.int32)
    back = np.zeros_like(place)
    _way_back(
        strands.start, strands.strand, strands.t, place,
        pieces, former.start, former.t, former_place, back,
    )  # fmt: skip
    return back


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _way_back(
    start: I32,
    strand: I32,
    t: F32,
    place: F32,
    pieces: I32,
    former_start: I32,
    former_t: F32,
    former: F32,
    back: F32,
) -> None:
    """``pieces`` (n + 1,): the first piece of each strand in the former set."""
    x, y, z = np.float32(0.0), np.float32(0.0), np.float32(0.0)
    for m in range(strand.shape[0]):
        owner = strand[m]
        if m == 0 or owner != strand[m - 1]:
            x, y, z = np.float32(0.0), np.float32(0.0), np.float32(0.0)
        for v in range(start[m], start[m + 1]):
            at = t[v]
            for p in range(pieces[owner], pieces[owner + 1]):
                k, last = former_start[p], former_start[p + 1] - 1
                if former_t[k] > at or former_t[last] < at:
                    continue
                while k < last - 1 and former_t[k + 1] < at:
                    k += 1
                f = (at - former_t[k]) / max(former_t[k + 1] - former_t[k], np.float32(1e-6))
                x = former[k, 0] + f * (former[k + 1, 0] - former[k, 0]) - place[v, 0]
                y = former[k, 1] + f * (former[k + 1, 1] - former[k, 1]) - place[v, 1]
                z = former[k, 2] + f * (former[k + 1, 2] - former[k, 2]) - place[v, 2]
                break
            back[v, 0], back[v, 1], back[v, 2] = x, y, z
