"""How visible the hair is while a face is lost and found."""

from __future__ import annotations

from realtime.settings import TrackerSettings


class Presence:
    """Opacity of a face over time: held through a short loss, then faded out; faded in when found."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._settings = settings
        self._opacity = 0.0
        self._time: float | None = None
        self._seen: float | None = None

    @property
    def opacity(self) -> float:
        """0..1 after the last update."""
        return self._opacity

    def update(self, seen: bool, time: float) -> float:
        """Advance to ``time`` seconds; ``seen``: the face was found on this frame. Returns the opacity."""
        step = 0.0 if self._time is None else max(time - self._time, 0.0)
        self._time = time
        if seen:
            rate = self._settings.fade_in
            # The first face of a stream (or of a photo) has nothing to fade in from.
            gain = step / rate if rate and self._seen is not None else 1.0
            self._opacity = min(1.0, self._opacity + gain)
            self._seen = time
        elif self._seen is not None and time - self._seen > self._settings.hold:
            rate = self._settings.fade_out
            self._opacity = max(0.0, self._opacity - (step / rate if rate else 1.0))
        return self._opacity

    def drop(self) -> None:
        """The face is given up at once; the next one fades in. The clock may begin anew."""
        self._opacity = 0.0
        self._time = None
