"""Knobs of what is read from a frame at keyframes."""

from __future__ import annotations

from dataclasses import dataclass

from realtime.errors import SettingsError


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """How finely and how steadily a frame is analysed."""

    pixels: int = 110_000
    """Frames are shrunk to about so many pixels before masks and fills are made."""
    plate_pixels: int = 310_000
    """The background is learned at about so many pixels: what takes the place of hair is to be sharp."""
    plate_margin: float = 1.6
    """Background nearer to the person than this is not believed, cm."""
    matte_memory: float = 0.4
    """Share of the last matte, carried to this head position, that is kept at a keyframe, 0..1."""
    grow: float = 0.4
    """The removed area reaches so far beyond the own hair's matte, cm."""
    plate_age: float = 60.0
    """The background is forgotten so long after it was last seen, seconds."""

    def __post_init__(self) -> None:
        if self.pixels < 10_000:
            raise SettingsError(f"pixels is {self.pixels}; it must be at least 10000.")
        if self.plate_pixels < 10_000:
            raise SettingsError(f"plate_pixels is {self.plate_pixels}; it must be at least 10000.")
        if not 0.0 <= self.plate_margin <= 10.0:
            raise SettingsError(f"plate_margin is {self.plate_margin}; it must be from 0 to 10.")
        if not 0.0 <= self.matte_memory < 1.0:
            raise SettingsError(f"matte_memory is {self.matte_memory}; it must be from 0 to below 1.")
        if not 0.0 <= self.grow <= 3.0:
            raise SettingsError(f"grow is {self.grow}; it must be from 0 to 3.")
        if self.plate_age <= 0.0:
            raise SettingsError(f"plate_age is {self.plate_age}; it must be above 0.")
