"""How far the head moves while the camera collects the light of one picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.face import Face

F64 = npt.NDArray[np.float64]

# Where hair is: above and below the face, cm in the head frame.
_HAIR = np.array([[0.0, 12.0, 0.0], [0.0, -6.0, 4.0]])
# Faces farther apart than this, seconds, tell no velocity; motion over more than this, cm, is a jump.
_LONGEST, _JUMP = 0.2, 6.0


class HeadMotion:
    """Follows one face from frame to frame."""

    def __init__(self) -> None:
        self._last: tuple[F64, float] | None = None

    def __call__(self, face: Face) -> tuple[float, float]:
        """The way (x, y), px of the frame, that hair goes within the exposure of the frame of ``face``."""
        points, last = face.pose.project(_HAIR)[:, :2], self._last
        self._last = points, face.time
        if last is None or not 0.0 < face.time - last[1] < _LONGEST:
            return 0.0, 0.0
        way = (points - last[0]).mean(axis=0)
        if float(np.hypot(*way)) > _JUMP * face.pose.scale:
            return 0.0, 0.0
        x, y = way * min(1.0, face.light.exposure / (face.time - last[1]))
        return float(x), float(y)
