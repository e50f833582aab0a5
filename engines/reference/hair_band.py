"""The band of hair next to a head's outline, and how it goes on where no photo shows it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.reference.outline import STEP

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Beyond the first angle from the camera's direction, degrees, hair is seen too much from the side; where
# little is seen nearer to it, it must do up to the second.
_SIDE, _LAST = 66.0, 82.0
# Bands are at least so wide, cm, to be gone on with, and so wide at least and at most, degrees.
_WIDTH, _LEAST, _MOST = 1.4, 12.0, 38.0
# Hair that ends so little before the outline, degrees, and not before that angle covers the side of the head.
_COVERED, _AT_SIDE = 16.0, 40.0
# Along the outline gaps and islands up to these, cm, are none; and bands change over so much.
_GAP, _ISLAND, _SMOOTH = 5.0, 2.0, 2.5
# One repetition takes the place of the last over so much of the band, so far up or down, cm.
_OVER, _SHIFT = 0.35, 1.5


@dataclass(frozen=True, slots=True, eq=False)
class HairBand:
    """Of r rows along the outline ``first`` and ``last`` (r,): the band's angles, degrees.

    ``source`` (r,): the row that is gone on with, its own or one with a band. ``ends`` (r,): where its hair
    itself ends, degrees. ``covered`` (r,): how much hair covers the side of the head there, 0..1.
    """

    first: F64
    last: F64
    source: F64
    ends: F64
    covered: F32

    def continued(self, image: U8, angle: F64, fine: int) -> U8:
        """``image`` (r, c, ...) uint8 over rows and ``angle`` (c,), the band repeated beyond it.

        Each time begins before the last one ends, and is taken from further up or down: what lies side by
        side hangs the same way. ``fine``: rows per step of the outline.
        """
        length = (self.last - self.first)[:, None]
        over = _OVER * length
        period = length - over
        past = angle[None] - (self.last[:, None] - over)
        time = np.floor(past / period)
        into = past - time * period
        share = np.clip(into / over, 0.0, 1.0)
        share = np.where(past > 0.0, share * share * (3.0 - 2.0 * share), 0.0)
        new = self._taken(image, self.first[:, None] + into, time + 1.0, angle[1], fine)
        before = np.where(past > 0.0, self.first[:, None] + into + period, np.minimum(angle, 90.0)[None])
        old = self._taken(image, before, np.maximum(time, 0.0), angle[1], fine)
        weight = share.reshape(share.shape + (1,) * (image.ndim - 2))
        return np.asarray(np.rint(old + weight * (new.astype(np.float32) - old)), np.uint8)

    def _taken(self, image: U8, angle: F64, time: F64, step: float, fine: int) -> U8:
        """``image`` at ``angle`` (r, c), degrees of ``step`` each, for the repetition ``time`` (r, c)."""
        shift = _SHIFT * fine / STEP * np.sin(2.4 * time)
        own = np.arange(len(angle))[:, None]
        row = np.where(time > 0.0, self.source[:, None] + shift, own + 0.0 * angle)
        row = len(row) - 1.0 - np.abs(len(row) - 1.0 - np.abs(row))
        column = (angle / step).astype(np.float32)
        return np.asarray(cv2.remap(image, column, row.astype(np.float32), cv2.INTER_LINEAR), np.uint8)


def find_band(pure: U8, shown: U8, angle: F64, far: F64, fine: int) -> HairBand | None:
    """The band in a photo unrolled to rows along the outline and ``angle`` (c,), degrees; ``None`` without.

    ``pure`` (r, c): hair alone, and ``shown`` (r, c): hair or head, 0..255; ``far`` (r,): the outline's
    distance, cm; ``fine``: rows per step of the outline.
    """
    per_cm = fine / STEP
    kernel = np.ones((2 * fine + 1, int(3.0 / angle[1]) | 1), np.uint8)
    hair = np.asarray(cv2.morphologyEx(pure, cv2.MORPH_CLOSE, kernel) > 127)
    ends, outline = _outermost(hair, angle), _outermost(shown > 127, angle)
    covered = ends > np.maximum(outline - _COVERED, _AT_SIDE)
    last = np.where(covered, np.minimum(ends - 1.0, _LAST), _LAST)
    first = _run(hair, angle, last)
    wide = covered & (np.radians(last - first) * far > _WIDTH)
    window = [np.ones((round(size * per_cm) | 1, 1), np.uint8) for size in (_GAP, _ISLAND)]
    closed = cv2.morphologyEx(wide.astype(np.uint8)[:, None], cv2.MORPH_CLOSE, window[0])
    fit = np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, window[1])[:, 0] > 0)
    good = np.flatnonzero(fit & wide)
    if len(good) == 0:
        return None
    rows = np.arange(len(far))
    inner, outer = (
        _smooth(np.interp(rows, good, edge[good]), _SMOOTH * per_cm)
        for edge in (first, np.minimum(last, np.where(_SIDE - first > 22.0, _SIDE, _LAST)))
    )
    inner = outer - np.clip(outer - inner - 2.0, _LEAST, _MOST)
    source = _reflected(np.asarray(fit, bool)).astype(np.float64)
    # Hair too thin to be gone on with may cover a head's side all the same.
    side = np.asarray(
        cv2.morphologyEx(covered.astype(np.uint8)[:, None], cv2.MORPH_OPEN, window[1])[:, 0] > 0
    )
    own = np.where(fit, np.minimum(outer, ends - 1.0), np.where(ends > _AT_SIDE, ends - 1.0, _LAST))
    return HairBand(
        inner,
        outer,
        source,
        _smooth(own, 0.3 * per_cm),
        _smooth((fit | side).astype(np.float64), 0.3 * per_cm).astype(np.float32),
    )


def _outermost(hair: Mask, angle: F64) -> F64:
    """(r,) the largest angle up to 90 with ``hair`` (r, c), degrees; 0 where there is none."""
    return np.asarray((angle * (hair & (angle <= 90.0))).max(axis=1))


def _run(hair: Mask, angle: F64, border: F64) -> F64:
    """(r,) where the run of ``hair`` (r, c) that ends at ``border`` (r,) begins, degrees; there, if none."""
    before = angle[None] <= border[:, None]
    gap = before & ~hair
    last = np.where(gap.any(axis=1), angle[gap.shape[1] - 1 - gap[:, ::-1].argmax(axis=1)], 0.0)
    return np.asarray(np.minimum(last, border))


def _reflected(fit: Mask) -> npt.NDArray[np.intp]:
    """(r,) for every row one that is ``fit`` (r,): itself, or its reflection at the end of those that are."""
    good, rows = np.flatnonzero(fit), np.arange(len(fit))
    after = np.clip(np.searchsorted(good, rows), 0, len(good) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(np.abs(good[before] - rows) < np.abs(good[after] - rows), good[before], good[after])
    reflected = np.clip(2 * nearest - rows, 0, len(rows) - 1)
    return np.asarray(np.where(fit[reflected], reflected, nearest), np.intp)


def _smooth(values: F64, sigma: float) -> F64:
    smooth = cv2.GaussianBlur(values[:, None], (1, 0), 0.0, sigmaY=sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth[:, 0], np.float64)
