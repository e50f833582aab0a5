"""A bright background spills over the edge of what is before it: in the lens, and through thin hair."""

from __future__ import annotations

import cv2
import numba
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, resize_affine
from engines.face import Face
from realtime.color_tables import LINEAR_OF_SRGB

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# Computed at about so many px per cm; the spill's standard deviation, cm, and its strength, which a light
# from behind raises.
_COARSE, _SPREAD, _SPILL, _SPILL_BEHIND = 2.7, 0.45, 0.13, 0.09
# Cells with less than this add less than a level of sRGB even to black hair.
_LEAST = np.float32(8e-4)


def wrap_light(
    hair: F32, place: tuple[float, float, float], plate: U8, body: U8, head: F64, face: Face
) -> None:
    """Add the light of the background at its edges to ``hair`` (h, w, 4), premultiplied linear, in place.

    ``place`` (x, y, size): its pixel (i, j) is at frame pixel x + j * size, y + i * size. ``plate``
    (n, m, 3) sRGB: the background of the whole frame of ``face``, at any resolution. ``body`` (k, l): where
    a body hides it, 0..255, which ``head`` (2, 3) carries to the frame.
    """
    x, y, size = place
    step = max(2, round(face.pose.scale / (_COARSE * size)))
    alpha = np.ascontiguousarray(hair[::step, ::step, 3])
    small = (alpha.shape[1], alpha.shape[0])
    cell = step * size
    to_cells = np.array([[1.0 / cell, 0.0, -x / cell], [0.0, 1.0 / cell, -y / cell]])
    hidden = cv2.warpAffine(body, compose_affine(to_cells, head), small)
    few = (max(2, round(face.size[0] / cell)), max(2, round(face.size[1] / cell)))
    room = cv2.resize(plate, few, interpolation=cv2.INTER_AREA)
    to_room = compose_affine(to_cells, resize_affine(few, face.size))
    seen = cv2.warpAffine(room, to_room, small, borderMode=cv2.BORDER_REPLICATE)
    free = (1.0 - alpha) * (1.0 - hidden.astype(np.float32) / 255.0)
    light = LINEAR_OF_SRGB[seen] * free[..., None]
    strength = _SPILL + _SPILL_BEHIND * min(1.0, float(face.light.rim.max()))
    spill = cv2.GaussianBlur(light, (0, 0), _SPREAD * face.pose.scale / cell) * np.float32(strength)
    _add(hair, np.asarray(spill, np.float32), step)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _add(hair: F32, spill: F32, step: int) -> None:
    """Add ``spill`` (n, m, 3), whose (k, l) lies on pixel (k, l) * ``step`` of ``hair`` (h, w, 4), to it as
    far as its alpha goes."""
    rows, columns = hair.shape[:2]
    share = np.float32(1.0 / step)
    for k in range(spill.shape[0]):
        below = min(k + 1, spill.shape[0] - 1)
        for m in range(spill.shape[1]):
            beside = min(m + 1, spill.shape[1] - 1)
            if spill[k, m, 1] + spill[k, beside, 1] + spill[below, m, 1] + spill[below, beside, 1] < _LEAST:
                continue
            for i in range(k * step, min((k + 1) * step, rows)):
                v = np.float32(i - k * step) * share
                for j in range(m * step, min((m + 1) * step, columns)):
                    alpha = hair[i, j, 3]
                    if alpha <= np.float32(0.0):
                        continue
                    u = np.float32(j - m * step) * share
                    for c in range(3):
                        upper = spill[k, m, c] + u * (spill[k, beside, c] - spill[k, m, c])
                        lower = spill[below, m, c] + u * (spill[below, beside, c] - spill[below, m, c])
                        hair[i, j, c] += alpha * (upper + v * (lower - upper))
