"""When to ask the wearer to move, so that the background behind their hair is learned."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, invert_affine
from engines.hair_layer import HairLayer
from realtime.analysis import FrameAnalysis
from realtime.frame_result import Notice

LEAN = Notice(
    "lean",
    "Lean left and right for a moment, so that the background behind your hair can be learned.",
)

# Guessed background in sight, cm2, from which it is worth asking; and how long to wait for it to be seen, s.
_ENOUGH = 100.0
_PATIENCE = 2.5
# Every so many pixels of the analysis one is looked at.
_STEP = 3


class LeanAdvice:
    """Asks once per stream, when much of what takes the place of own hair is only guessed."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._looked: FrameAnalysis | None = None
        self._asked = False

    def notice(self, analysis: FrameAnalysis | None, layer: HairLayer | None, time: float) -> Notice | None:
        """What to say at stream ``time`` (seconds) with ``layer`` over the picture of ``analysis``."""
        if self._asked or analysis is None or layer is None or analysis is self._looked:
            return None
        self._looked = analysis
        if layer.removal < 1.0 or guessed_in_sight(analysis, layer) < _ENOUGH:
            self._since = None
            return None
        if self._since is None:
            self._since = time
        self._asked = time - self._since >= _PATIENCE
        return LEAN if self._asked else None


def guessed_in_sight(analysis: FrameAnalysis, layer: HairLayer) -> float:
    """About how much guessed background the new hair leaves in sight, cm2 at the head's distance."""
    masks = analysis.removal.masks[::_STEP, ::_STEP, 0] > 127
    v, u = np.nonzero(masks)
    if not len(u):
        return 0.0
    # The layer is asked where each removed pixel lies in it: few are looked at, and none is warped.
    place = compose_affine(invert_affine(layer.to_frame), analysis.to_frame)
    spots = np.stack([u, v], axis=1) * float(_STEP) @ place[:, :2].T + place[:, 2]
    alpha = _sampled(layer.rgba[..., 3], np.rint(spots).astype(np.int64))
    bare = float((1.0 - alpha).sum())
    shrink = float(np.sqrt(abs(np.linalg.det(analysis.to_frame[:, :2]))))
    unit = analysis.face.pose.scale / shrink
    return analysis.removal.guessed * bare * _STEP * _STEP / (unit * unit)


def _sampled(alpha: npt.NDArray[np.float32], spots: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    height, width = alpha.shape
    inside = (spots >= 0).all(axis=1) & (spots < (width, height)).all(axis=1)
    answer = np.zeros(len(spots), np.float32)
    answer[inside] = alpha[spots[inside, 1], spots[inside, 0]]
    return answer
