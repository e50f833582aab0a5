"""A bright background spills over the edge of what is before it: in the lens, and through thin hair."""

from __future__ import annotations

import cv2
import numba
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, resize_affine
from engines.face import Face
from realtime.color_tables import LINEAR_OF_SRGB
from realtime.keyframe_fade import FADE_SECONDS

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

# The spill's standard deviation, cm, and its strength, which a light from behind raises.
_SPREAD, _SPILL, _SPILL_BEHIND = 0.45, 0.13, 0.09
# So long after it came, seconds, a new background shows as it is.
_SETTLED = 1.5
# Cells with less than this add less than a level of sRGB even to black hair.
_LEAST = np.float32(8e-4)


class LightWrap:
    """Wraps the light of one session's background; a new background comes gently."""

    def __init__(self) -> None:
        self._plate: U8 | None = None
        self._target = self._room = np.zeros((0, 0, 3), np.float32)
        self._time = self._arrived = 0.0

    def add(
        self,
        hair: F32,
        place: tuple[float, float, float],
        alpha: F32,
        plate: U8,
        body: F32,
        cells: tuple[float, float, float],
        face: Face,
    ) -> None:
        """Add the light of the background at its edges to ``hair`` (h, w, 4), premultiplied linear, in place.

        ``place`` (x, y, size): its pixel (i, j) is at frame pixel x + j * size, y + i * size. ``alpha``: its
        coverage in squares, as of :func:`coverage`. ``plate``
        (n, m, 3) sRGB: the background of the whole frame of ``face``, at any resolution. ``body`` (k, l):
        where a body hides it, 0..1, which lies at ``cells`` as hair at ``place``.
        """
        x, y, size = place
        step = hair.shape[1] // alpha.shape[1]
        small = (alpha.shape[1], alpha.shape[0])
        cell = step * size
        room = self._room_of(plate, face, cell)
        middle = 0.5 * (step - 1) * size
        to_steps = np.array(
            [[1.0 / cell, 0.0, -(x + middle) / cell], [0.0, 1.0 / cell, -(y + middle) / cell]]
        )
        to_frame = np.array([[cells[2], 0.0, cells[0]], [0.0, cells[2], cells[1]]])
        hidden = cv2.warpAffine(body, compose_affine(to_steps, to_frame), small)
        to_room = compose_affine(to_steps, resize_affine((room.shape[1], room.shape[0]), face.size))
        seen = cv2.warpAffine(room, to_room, small, borderMode=cv2.BORDER_REPLICATE)
        light = seen * ((1.0 - alpha) * (1.0 - hidden))[..., None]
        strength = _SPILL + _SPILL_BEHIND * min(1.0, float(face.light.rim.max()))
        spill = cv2.GaussianBlur(light, (0, 0), _SPREAD * face.pose.scale / cell) * np.float32(strength)
        _add(hair, np.asarray(spill, np.float32), step)

    def _room_of(self, plate: U8, face: Face, cell: float) -> F32:
        """(n, m, 3) linear light of ``plate`` in cells of about ``cell`` px of the frame, a little late."""
        if plate is not self._plate:
            few = (max(2, round(face.size[0] / cell)), max(2, round(face.size[1] / cell)))
            self._plate, self._arrived = plate, face.time
            self._target = LINEAR_OF_SRGB[cv2.resize(plate, few, interpolation=cv2.INTER_AREA)]
        share = max(0.0, face.time - self._time) / FADE_SECONDS
        self._time = face.time
        if share >= 1.0 or face.time - self._arrived > _SETTLED or self._room.shape != self._target.shape:
            self._room = self._target
        else:
            self._room = self._room + np.float32(share) * (self._target - self._room)
        return self._room


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _add(hair: F32, spill: F32, step: int) -> None:
    """Add ``spill`` (n, m, 3), whose (k, l) lies in the middle of a square of ``step`` px of ``hair``
    (h, w, 4), to it as far as its alpha goes."""
    rows, columns = hair.shape[:2]
    high, wide = spill.shape[:2]
    share, half = np.float32(1.0 / step), step // 2
    for k in range(high):
        below = min(k + 1, high - 1)
        for m in range(wide):
            beside = min(m + 1, wide - 1)
            if spill[k, m, 1] + spill[k, beside, 1] + spill[below, m, 1] + spill[below, beside, 1] < _LEAST:
                continue
            bottom = min((k + 1) * step + half, rows) if k < below else rows
            right = min((m + 1) * step + half, columns) if m < beside else columns
            for i in range(k * step + half, bottom):
                v = np.float32(i - k * step - half) * share
                for j in range(m * step + half, right):
                    y, x = np.uintp(i), np.uintp(j)
                    alpha = hair[y, x, np.uintp(3)]
                    if alpha <= np.float32(0.0):
                        continue
                    u = np.float32(j - m * step - half) * share
                    for c in range(3):
                        upper = spill[k, m, c] + u * (spill[k, beside, c] - spill[k, m, c])
                        lower = spill[below, m, c] + u * (spill[below, beside, c] - spill[below, m, c])
                        hair[y, x, np.uintp(c)] += alpha * (upper + v * (lower - upper))
