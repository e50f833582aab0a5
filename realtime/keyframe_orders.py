"""Which keyframes were ordered, and whether the next one has to read the picture."""

from __future__ import annotations

import math

from realtime.keyframe_policy import KeyframeReason, KeyframeView, keyframe_due
from realtime.settings import KeyframeSettings

# Seconds that reading a picture is expected to take before it was done.
_READING = 0.2


class KeyframeOrders:
    """Keeps the book of one session's keyframes; times are those of the stream, in seconds.

    ``live``: frames do not wait for keyframes, and need the processor too.
    """

    def __init__(self, settings: KeyframeSettings, *, live: bool) -> None:
        self._settings = settings
        self._ordered: KeyframeView | None = None
        self._analyzed = -math.inf
        self.reading = _READING if live else 0.0
        """Seconds that reading a picture took the last time, if live; the more, the rarer it is done."""

    def renew(self) -> None:
        """Whatever was ordered does not count any more: the next frame is to get a keyframe."""
        self._ordered = None

    def restart(self) -> None:
        """The stream's clock began anew."""
        self._ordered = None
        self._analyzed = -math.inf

    def due(self, view: KeyframeView) -> KeyframeReason | None:
        """Why a keyframe is due at ``view``; ``None``: it is not."""
        reason = keyframe_due(view, self._ordered, self._settings)
        # A keyframe of a turned head has to read the picture.
        if reason == "turned" and self._age(view) < self.reading / self._settings.turning_share:
            return None
        return reason

    def order(self, view: KeyframeView, reason: KeyframeReason, rarer: int) -> bool:
        """Note that one is ordered at ``view`` for that ``reason``; says whether it has to read the picture,
        which is done ``rarer`` times more rarely than usual.

        A new look needs nothing new from the picture; a moving head needs it less often than its hair, but
        what was read from another side of the head does not fit.
        """
        self._ordered = view
        interval = max(self._settings.analysis_interval, self.reading / self._settings.analysis_share)
        stale = self._age(view) >= interval * rarer
        analyze = reason in ("first", "regained", "turned") or (stale and reason != "look")
        if analyze:
            self._analyzed = view.time
        return analyze

    def _age(self, view: KeyframeView) -> float:
        return view.time - self._analyzed
