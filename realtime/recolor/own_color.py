"""The wearer's own hair colour, for drawn hair whose colour nobody chose."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from engines.look import OWN_STYLE, Look
from engines.palette import to_hex
from engines.strands.groom_file import list_styles
from realtime.analysis import FrameAnalysis
from realtime.head.head_lock import moved_face
from realtime.pictures import resized
from realtime.recolor.hair_tones import read_tones
from realtime.recolor.root_and_tip import RootAndTip, root_and_tip

# Own hair is told from so much of it on, square cm, unless so much of the scalp is under cloth.
_LEAST, _COVERED = 45.0, 0.4
# After so many measurements the colour is corrected, once, if their median is this far from it; for a face
# that was away, if what is seen of it then is so far from it (Lab, Euclidean).
_MEASUREMENTS, _OFF, _SOMEBODY_ELSE = 4, 4.0, 12.0


class OwnColor:
    """One session's. Reads a person's colour when their hair is first seen well, and then holds it."""

    def __init__(self) -> None:
        self._appearance = -1
        self._seen: list[RootAndTip] = []
        self._color: RootAndTip | None = None

    def looked_at(self, appearance: int) -> bool:
        """Whether this appearance's colour was looked for."""
        return appearance == self._appearance

    def observe(self, rgb: npt.NDArray[np.uint8], analysis: FrameAnalysis, appearance: int) -> None:
        """See one more keyframe: ``rgb`` (h, w, 3) uint8 sRGB, in which ``analysis`` was made."""
        if appearance != self._appearance:
            self._appearance, self._seen = appearance, []
        if len(self._seen) >= _MEASUREMENTS:
            return
        now = _measured(rgb, analysis)
        if now is None:
            return
        self._seen.append(now)
        if self._color is None or (len(self._seen) == 1 and self._color.distance(now) > _SOMEBODY_ELSE):
            self._color = now
        elif len(self._seen) == _MEASUREMENTS:
            middle = RootAndTip.median(self._seen)
            if self._color.distance(middle) > _OFF:
                self._color = middle

    def filled(self, look: Look) -> Look:
        """``look`` with the wearer's colour where it has none, if its style is a drawn one; hair of a
        photo keeps the photo's where the wearer's is not known."""
        if look.color is not None or look.style not in _drawn_styles():
            return look
        if self._color is None:
            return replace(look, **look.reference.colors.applied({})) if look.reference else look
        tip = to_hex(self._color.tip) if self._color.tip is not None else None
        return replace(look, color=to_hex(self._color.root), tip=look.tip or tip)


@cache
def _drawn_styles() -> frozenset[str]:
    return frozenset(style.id for style in list_styles()) - {OWN_STYLE}


def _measured(rgb: npt.NDArray[np.uint8], analysis: FrameAnalysis) -> RootAndTip | None:
    """The colour that, drawn in the light of ``analysis``, looks as the hair does."""
    alpha = analysis.hair.alpha
    size = (alpha.shape[1], alpha.shape[0])
    factor = size[0] / rgb.shape[1]
    near = replace(moved_face(analysis.face, factor), light=analysis.light)
    if analysis.hair.cloth > _COVERED or float(alpha.sum()) < _LEAST * near.pose.scale**2:
        return None
    tones = read_tones(resized(rgb, size), alpha, near, analysis.light.color)
    return None if tones is None else root_and_tip(tones)
