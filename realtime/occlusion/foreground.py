"""What comes before the hair: hands and things, and hats, under which none is drawn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.analysis import FrameAnalysis
from realtime.frame_pass import FramePass
from realtime.frame_result import Notice
from realtime.matte.hair_matte import HairMatte
from realtime.occlusion.occluder import Occluder
from realtime.occlusion.occlusion import OcclusionTracker

_ON, _OFF, _SURE = 0.5, 0.3, 0.65
"""Share of the scalp that must be cloth on two keyframes to call it covered, below which it is bare again,
and that is enough on one."""
_COVERED = Notice(
    "covered-hair",
    "Your hair is covered, so no other hair is drawn. Take the hat or scarf off to try styles.",
)


class Foreground:
    """Looks after one session's foreground."""

    def __init__(self) -> None:
        self._tracker = OcclusionTracker()
        self._read: HairMatte | None = None
        self._covered = self._suspected = False
        self._until_look = 0
        self.hides = False
        """Whether something was in front of the hair on the last frame."""

    def at(
        self, frame: FramePass, face: Face, analysis: FrameAnalysis | None, appearance: int
    ) -> Occluder | None:
        """Hands and things before the hair of ``face`` in ``frame``, which nothing is drawn into yet."""
        self._until_look -= 1
        if analysis is None or (self._until_look > 0 and not self._alarmed):
            return None
        self._until_look = frame.quality.hands
        with frame.stage("occlusion"):
            front = self._tracker.at(frame.untouched, face, analysis.skin, appearance)
        self.hides = front is not None
        return front

    @property
    def _alarmed(self) -> bool:
        return self.hides or self._tracker.suspects

    def covers(self, frame: FramePass, analysis: FrameAnalysis | None) -> bool:
        """Whether a hat or scarf covers the crown; ``frame`` gets a notice when it begins to."""
        if analysis is not None and analysis.hair is not self._read:
            self._read = analysis.hair
            cloth = analysis.hair.cloth
            covered = cloth > (_OFF if self._covered else _ON if self._suspected else _SURE)
            self._suspected = cloth > _ON
            if covered and not self._covered:
                frame.notices.append(_COVERED)
            self._covered = covered
        return self._covered


def restore(rgb: npt.NDArray[np.uint8], untouched: npt.NDArray[np.uint8], front: Occluder | None) -> None:
    """Put what is in ``front`` back into ``rgb`` (h, w, 3) uint8 sRGB from the frame as it was."""
    if front is None:
        return
    left, top, right, bottom = front.area
    part, before = rgb[top:bottom, left:right], untouched[top:bottom, left:right]
    share = front.alpha[..., None].astype(np.float32) / 255.0
    part[:] = (part + share * (before.astype(np.float32) - part) + 0.5).astype(np.uint8)
