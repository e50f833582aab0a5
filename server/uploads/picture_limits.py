"""What an uploaded picture may be."""

from __future__ import annotations

from dataclasses import dataclass

from realtime.errors import SettingsError


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """Checked before and while a picture is decoded."""

    bytes: int = 20 << 20
    """Longest file; photos of phones have 2 to 12 MB."""
    pixels: int = 50_000_000
    """Most pixels; today's phones take up to 50 million."""
    side: int = 12_000
    """Longest side, px."""
    least_side: int = 64
    """Shortest side in which a face could be seen, px."""
    seconds: float = 10.0
    """Longest time that decoding may take."""
    memory: int = 1 << 30
    """Most memory that decoding may take, bytes."""

    def __post_init__(self) -> None:
        for name in ("bytes", "pixels", "side", "least_side", "seconds", "memory"):
            if getattr(self, name) <= 0:
                raise SettingsError(f"{name} of an uploaded picture must be more than 0.")
