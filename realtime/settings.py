"""Every knob of the realtime pipeline, validated."""

from __future__ import annotations

from dataclasses import dataclass, field

from realtime.analysis_settings import AnalysisSettings
from realtime.errors import SettingsError


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise SettingsError(f"{name} is {value}; it must be from {low} to {high}.")


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """How the face is found, steadied, held and faded."""

    detection_confidence: float = 0.5
    """Least score for a face to be taken up, 0..1."""
    tracking_confidence: float = 0.5
    """Least face presence for a face to be kept, 0..1."""
    max_side: int = 640
    """Frames are shrunk to this long side before faces are searched, px."""
    search_interval: float = 0.5
    """While a face is followed the frame is searched for a larger one every so many seconds."""
    take_over: float = 1.3
    """A face so many times larger, seen twice in a row, takes the place of the one followed."""
    hold: float = 0.3
    """A lost face is extrapolated for so long, seconds."""
    fade_out: float = 0.25
    """Then its opacity falls to 0 in so long, seconds."""
    fade_in: float = 0.2
    """A found face's opacity rises to 1 in so long, seconds."""

    def __post_init__(self) -> None:
        for name in ("detection_confidence", "tracking_confidence"):
            _check(name, getattr(self, name), 0.0, 1.0)
        _check("max_side", self.max_side, 128, 4096)
        _check("take_over", self.take_over, 1.0, 10.0)
        for name in ("search_interval", "hold", "fade_out", "fade_in"):
            _check(name, getattr(self, name), 0.0, 5.0)


@dataclass(frozen=True, slots=True)
class KeyframeSettings:
    """When a keyframe is due."""

    turn: float = 8.0
    """The head turned by so many degrees."""
    zoom: float = 0.10
    """The head's scale changed by this share."""
    move: float = 2.0
    """The head moved by so many centimetres of its own scale."""
    light: float = 0.12
    """The mean luma of the face changed by this share."""
    max_age: float = 1.5
    """The last keyframe is so old, seconds."""
    min_interval: float = 0.2
    """No two keyframes closer than this unless the look changed, seconds."""
    analysis_interval: float = 0.3
    """The picture is read again at most so often, seconds; keyframes between keep what was read."""
    analysis_share: float = 0.16
    """And so rarely that a live session reads pictures for at most this share of the time, ..."""
    turning_share: float = 0.4
    """... or for this share while the head turns."""
    nice: int = 5
    """How far reading pictures gives way to frames, decoder and encoder, where the system lets it: 0..19."""

    def __post_init__(self) -> None:
        for name in ("turn", "zoom", "move", "light", "max_age"):
            _check(name, getattr(self, name), 1e-3, 1e3)
        _check("min_interval", self.min_interval, 0.0, self.max_age)
        _check("analysis_interval", self.analysis_interval, 0.0, 60.0)
        for name in ("analysis_share", "turning_share"):
            _check(name, getattr(self, name), 0.01, 1.0)
        _check("nice", self.nice, 0, 19)


@dataclass(frozen=True, slots=True)
class GovernorSettings:
    """When to ask for less, and for more again."""

    high: float = 0.80
    """Frames that take longer than this share of the frame interval cost a level."""
    low: float = 0.68
    """Frames must take less than this share before a level is won back."""
    frames: int = 15
    """The median of so many frames counts: a single slow one does not."""
    wait: float = 1.0
    """Seconds from one level down to the next; half of it, and two levels, where frames are late or lost."""
    grace: float = 1.0
    """The beginning says nothing, seconds: there is more to do than later."""
    calm: float = 2.0
    """Seconds of quick frames before a level is won back; doubles each time that proves too early."""
    calm_max: float = 48.0
    """Longest such wait, seconds."""

    def __post_init__(self) -> None:
        if not 0.05 <= self.low < self.high <= 1.0:
            raise SettingsError(
                f"low is {self.low} and high {self.high}; it must be 0.05 <= low < high <= 1."
            )
        if not 3 <= self.frames <= 60:
            raise SettingsError(f"frames is {self.frames}; it must be from 3 to 60.")
        _check("grace", self.grace, 0.0, 60.0)
        if not 0.0 < self.wait <= self.calm <= self.calm_max:
            raise SettingsError(
                f"wait, calm and calm_max are {self.wait}, {self.calm} and {self.calm_max}: they must rise."
            )


@dataclass(frozen=True, slots=True)
class PipelineSettings:
    """The pipeline and its parts."""

    tracker: TrackerSettings = field(default_factory=TrackerSettings)
    keyframe: KeyframeSettings = field(default_factory=KeyframeSettings)
    governor: GovernorSettings = field(default_factory=GovernorSettings)
    analysis: AnalysisSettings = field(default_factory=AnalysisSettings)
    max_side: int = 1280
    """Longer frames are scaled down to this long side before anything else, px."""
    crop_size: int = 512
    """Side of the aligned head crop that engines see at keyframes, px."""
    keep_strip: int = 0
    """So many rows at the bottom of the frame are left untouched (latency markers)."""
    motion: bool = True
    """Hair swings with the head, unless a session asks for none."""
    prepared_looks: int = 4
    """Prepared looks kept by one session."""
    hold_last_good: float = 0.3
    """After an engine failed the last good frame is shown for at most so long, seconds."""
    restart_delay: float = 0.5
    """Wait before the second restart of a failing engine, seconds; doubles each time."""
    restart_delay_max: float = 30.0
    """Longest wait before a restart, seconds."""
    close_timeout: float = 5.0
    """How long closing waits for a running keyframe, seconds."""

    def __post_init__(self) -> None:
        _check("max_side", self.max_side, 128, 8192)
        _check("crop_size", self.crop_size, 64, 2048)
        _check("keep_strip", self.keep_strip, 0, 1024)
        _check("prepared_looks", self.prepared_looks, 1, 64)
        _check("hold_last_good", self.hold_last_good, 0.0, 5.0)
        _check("restart_delay", self.restart_delay, 0.0, 60.0)
        _check("restart_delay_max", self.restart_delay_max, self.restart_delay, 3600.0)
        _check("close_timeout", self.close_timeout, 0.0, 60.0)
