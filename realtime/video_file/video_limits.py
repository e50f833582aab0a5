"""What a video file of strangers may be."""

from __future__ import annotations

from dataclasses import dataclass

from realtime.errors import SettingsError


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """Checked before and while a video is decoded."""

    bytes: int = 100 << 20
    """Longest file; a minute of a phone's 1080p video has about 100 MB."""
    seconds: float = 60.0
    """Longest video."""
    frames: int = 3_600
    """Most frames: a minute at 60 a second."""
    pixels: int = 3840 * 2160
    """Most pixels of a frame."""
    side: int = 1920
    """Frames are scaled down to this long side before they are edited, px."""
    memory: int = 4 << 30
    """Most memory that decoding and editing may take, bytes."""
    result_bytes: int = 300 << 20
    """Longest result, bytes."""

    def __post_init__(self) -> None:
        for name in ("bytes", "seconds", "frames", "pixels", "side", "memory", "result_bytes"):
            if getattr(self, name) <= 0:
                raise SettingsError(f"{name} of an uploaded video must be more than 0.")
