"""Which keyframes were ordered, and whether the next one has to read the picture."""

from __future__ import annotations

import math

from realtime.keyframe_policy import KeyframeReason, KeyframeView, keyframe_due
from realtime.settings import KeyframeSettings


class KeyframeOrders:
    """Keeps the book of one session's keyframes; times are those of the stream, in seconds."""

    def __init__(self, settings: KeyframeSettings) -> None:
        self._settings = settings
        self._ordered: KeyframeView | None = None
        self._analyzed = -math.inf

    def renew(self) -> None:
        """Whatever was ordered does not count any more: the next frame is to get a keyframe."""
        self._ordered = None

    def restart(self) -> None:
        """The stream's clock began anew."""
        self._ordered = None
        self._analyzed = -math.inf

    def due(self, view: KeyframeView) -> KeyframeReason | None:
        """Why a keyframe is due at ``view``; ``None``: it is not."""
        return keyframe_due(view, self._ordered, self._settings)

    def order(self, view: KeyframeView, reason: KeyframeReason, rarer: int) -> bool:
        """Note that one is ordered at ``view`` for that ``reason``; says whether it has to read the picture,
        which is done ``rarer`` times more rarely than usual.

        A new look needs nothing new from the picture; a moving head needs it less often than its hair, but
        what was read from another side of the head does not fit.
        """
        self._ordered = view
        stale = view.time - self._analyzed >= self._settings.analysis_interval * rarer
        analyze = reason in ("first", "regained", "turned") or (stale and reason != "look")
        if analyze:
            self._analyzed = view.time
        return analyze
