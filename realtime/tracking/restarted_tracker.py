"""A face tracker that is made anew after a fault."""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt

from engines.face import Face
from realtime.restart_backoff import RestartBackoff
from realtime.settings import PipelineSettings
from realtime.tracking.face_tracker import FaceTracker

logger = logging.getLogger(__name__)


class RestartedTracker:
    """Tracks as :class:`FaceTracker` does and never raises: after a fault there is no face until a new
    tracker may be made, with growing pauses."""

    def __init__(self, settings: PipelineSettings) -> None:
        self._settings = settings
        self._tracker = FaceTracker(settings.tracker)
        self._failures = self._new_failures()
        self._broken = False

    @property
    def appearances(self) -> int:
        """As of :class:`FaceTracker`."""
        return self._tracker.appearances

    @property
    def seen(self) -> bool:
        """As of :class:`FaceTracker`."""
        return self._tracker.seen

    def track(self, rgb: npt.NDArray[np.uint8], time: float) -> Face | None:
        """The face in ``rgb`` (h, w, 3) uint8 sRGB at ``time`` seconds; ``None``: there is none."""
        if not self._failures.ready(time):
            return None
        try:
            if self._broken:
                self._tracker = FaceTracker(self._settings.tracker)
                self._broken = False
            return self._tracker.track(rgb, time)
        except Exception:
            logger.exception("tracking failed")
            self._failures.failed(time)
            self._broken = True
            return None

    def reset(self) -> None:
        """Forget the face and its past; the clock may begin anew."""
        self._tracker.reset()
        self._failures = self._new_failures()

    def close(self) -> None:
        """Free the networks."""
        self._tracker.close()

    def _new_failures(self) -> RestartBackoff:
        return RestartBackoff(self._settings.restart_delay, self._settings.restart_delay_max)
