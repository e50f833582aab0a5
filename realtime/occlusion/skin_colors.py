"""Which colours are this person's skin, and nothing else's in the picture."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.color_tables import LINEAR_OF_SRGB
from realtime.matte.color_histogram import color_density, lab_bins
from realtime.matte.hair_prior import CLOTHES, hair_prior

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

NO_SKIN: U8 = np.zeros(1 << 15, np.uint8)
"""The table of :func:`skin_colors` where no skin is known."""

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
# Linear light added before logarithms, so that noise in the dark counts for little.
_FLOOR = 2e-3
# A hand is lit otherwise than the face: so much wider than the face's are its colours and its brightness.
_CHROMA_SPREAD, _LEAST_CHROMA, _LIGHT_SPREAD, _LEAST_LIGHT = 2.0, 0.05, 1.3, 0.35
# Squared distance from the face's colours, in standard deviations, beyond which it is cloth.
_BARE = 6.0
# Density of what has not been seen yet.
_UNSEEN = 3e-4
# A face with less light and shade than this, or burnt out, tells no skin.
_LEAST_PIXELS, _BURNT = 30, 250


def skin_colors(rgb: U8, person: F32, hair: F32, face: Face) -> U8:
    """(32768,) uint8: how surely a colour is skin, 0..255, at ``(r >> 3) << 10 | (g >> 3) << 5 | b >> 3``.

    ``rgb`` (h, w, 3) uint8 sRGB with ``face`` in its pixels, ``person`` (h, w) probability, ``hair`` (h, w)
    share of hair. A Gaussian over the face's chromaticities and brightness competes with the colours of hair,
    background and clothes (Bayes' rule). All 0 where the face shows no skin colour.
    """
    prior = hair_prior(face, person)
    light = rgb.max(axis=2)
    face_area = prior.face & (hair < 0.1) & (rgb.min(axis=2) < _BURNT)
    if face_area.any():
        face_area &= light > 0.45 * np.median(light[face_area])
    if face_area.sum() < _LEAST_PIXELS:
        return NO_SKIN
    chroma, brightness = _features(rgb[face_area])
    middle = np.median(chroma, axis=0)
    near = (np.abs(chroma - middle) < 0.05 + 3.0 * np.median(np.abs(chroma - middle), axis=0)).all(axis=1)
    spread = _CHROMA_SPREAD * (np.cov(chroma[near].T) + _LEAST_CHROMA**2 * np.eye(2))
    width = _LIGHT_SPREAD * max(_LEAST_LIGHT, float(brightness[near].std()))

    cells, cell_bins = _cells()
    cell_chroma, cell_brightness = _features(cells)
    off = cell_chroma - middle
    distance = np.einsum("ni,ij,nj->n", off, np.linalg.inv(spread), off)
    distance += ((cell_brightness - np.median(brightness)) / width) ** 2
    bins = lab_bins(rgb)
    density = color_density(bins, face_area.astype(np.float32))
    skin = np.exp(-0.5 * distance) * np.percentile(density[density > 1e-4], 75)
    clothes = (person > 0.6) & (prior.weights[CLOTHES] > 0.5) & (hair < 0.1)
    # Bare shoulders are where clothes would be.
    clothes &= distance[_cell_of(rgb)] > _BARE
    others = np.full(len(cells), _UNSEEN)
    for zone in (hair > 0.7, person < 0.1, clothes):
        others += color_density(bins, zone.astype(np.float32))[cell_bins]
    return np.asarray(255.0 * skin / (skin + others) + 0.5, np.uint8)


def look_up(table: U8, rgb: U8) -> U8:
    """(h, w) uint8: what ``table`` of :func:`skin_colors` says of ``rgb`` (h, w, 3)."""
    return np.asarray(table[_cell_of(rgb)], np.uint8)


def _cell_of(rgb: U8) -> npt.NDArray[np.uint16]:
    high = (rgb >> 3).astype(np.uint16)
    return np.asarray(high[..., 0] << 10 | high[..., 1] << 5 | high[..., 2], np.uint16)


def _features(rgb: U8) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Chromaticity (n, 2) and brightness (n,) of ``rgb`` (n, 3), both logarithms."""
    linear = (LINEAR_OF_SRGB[rgb] + _FLOOR).astype(np.float64)
    chroma = np.log(linear[:, ::2] / linear[:, 1:2])
    return chroma, np.log(linear @ _LUMA)


@cache
def _cells() -> tuple[U8, npt.NDArray[np.int32]]:
    """The colours of the table (32768, 3), and their cells in the histograms (32768,)."""
    steps = np.arange(4, 256, 8, dtype=np.uint8)
    cells = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    return cells, lab_bins(cells[None])[0]
