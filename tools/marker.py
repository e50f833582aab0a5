"""The frame-id marker: a number drawn into a frame that is still readable after codec, scaling and exposure.

Two columns of cells along the left edge, because hair of a centred person never reaches it. A row is one bit
and is read as a difference: the left cell is brighter for 1, darker for 0, so neither brightness nor range of
the picture matters. From the top: 4 bits of sync (1010), the id (12 bits, most significant first), a CRC-4 of
the id (polynomial x^4 + x + 1, ITU-T G.704). Cells scale with the
height of the frame: a scaled frame reads the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]

ID_BITS = 12
ID_COUNT = 1 << ID_BITS
ROWS = 20
"""Bits from the top of the frame to its bottom."""
CELL_WIDTH = 1.0 / 30.0
"""Width of a cell, relative to the frame's height; the marker is two cells wide."""
LEVELS = (56, 196)
"""Grey of a dark and a bright cell, 0..255."""
MIN_CONTRAST = 24.0
"""Grey levels between the two cells of a row below which the row does not count as read."""

_SYNC = 0b1010


def crc4(value: int) -> int:
    """The CRC-4-ITU (not reflected, start 0) of the 12-bit ``value``."""
    register = 0
    for shift in range(ID_BITS - 1, -1, -1):
        carry = (register >> 3 & 1) ^ (value >> shift & 1)
        register = (register << 1 & 0xF) ^ (0b0011 if carry else 0)
    return register


def word_of(frame_id: int) -> int:
    """Sync, id and CRC of ``frame_id`` as a number of ROWS bits; ids wrap at ID_COUNT."""
    number = frame_id % ID_COUNT
    return (_SYNC << ID_BITS | number) << 4 | crc4(number)


def width(height: int) -> int:
    """How many columns of a frame of ``height`` pixels the marker covers, an even number."""
    return 2 * round(CELL_WIDTH * height)


def draw_rgb(rgb: U8, frame_id: int) -> None:
    """Draw the marker into ``rgb`` (h, w, 3) uint8, in place."""
    rgb[:, : width(rgb.shape[0])] = _pattern(rgb.shape[0], frame_id)[..., None]


def draw_i420(i420: U8, frame_id: int) -> None:
    """Draw the marker into an I420 picture (h * 3 / 2, w) uint8 of even height and width, in place."""
    height, columns = i420.shape[0] * 2 // 3, i420.shape[1]
    marker = _pattern(height, frame_id)
    i420[:height, : marker.shape[1]] = marker
    chroma = i420[height:].reshape(2, height // 2, columns // 2)
    chroma[..., : marker.shape[1] // 2] = 128


def read(luma: npt.NDArray[np.generic]) -> int | None:
    """The id in ``luma`` (h, w), any range; ``None`` where no intact marker is found."""
    height = luma.shape[0]
    cell = CELL_WIDTH * height
    columns = [slice(round((c + 0.25) * cell), round((c + 0.75) * cell) + 1) for c in (0, 1)]
    edges = np.rint((np.arange(ROWS)[:, None] + [0.25, 0.75]) * height / ROWS).astype(int)
    word = 0
    for top, bottom in edges:
        bright, dark = (float(luma[top : bottom + 1, column].mean()) for column in columns)
        if abs(bright - dark) < MIN_CONTRAST:
            return None
        word = word << 1 | (bright > dark)
    return id_of(word)


def id_of(word: int) -> int | None:
    """The id in the ROWS bits of ``word``; ``None`` unless sync and CRC are right."""
    frame_id = word >> 4 & (ID_COUNT - 1)
    return frame_id if word == word_of(frame_id) else None


def _pattern(height: int, frame_id: int) -> U8:
    bits = word_of(frame_id) >> np.arange(ROWS - 1, -1, -1) & 1
    rows = bits[np.arange(height) * ROWS // height]
    cell = width(height) // 2
    levels = np.array(LEVELS, np.uint8)
    return np.repeat(np.stack([levels[rows], levels[1 - rows]], axis=1), cell, axis=1)
