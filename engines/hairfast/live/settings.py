"""Every knob of the live engine, validated."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from engines.hairfast.live.errors import LiveSettingsError
from engines.hairfast.photo_checks import PhotoLimits

PathName = Literal["auto", "layer", "features"]


def _cache_folder() -> Path:
    return Path.home() / ".cache" / "livehair" / "references"


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """When the networks run, and how their hair is shown between two runs."""

    path: PathName = "auto"
    """What is done for a frame: ``layer`` warps the keyframe's hair layer (any machine), ``features`` warps
    the generator's features and runs its last layers (GPU). ``auto`` measures the second and takes it where
    it fits ``frame_budget``."""
    frame_budget: float = 0.012
    """A frame's share of the generator may take so long, seconds."""
    fade: float = 0.27
    """A new keyframe replaces the last in so long, seconds: 8 frames of 30 a second."""
    near: float = 12.0
    """Within this angle of its keyframe, degrees, hair comes to be shown as the networks drew it,"""
    far: float = 17.0
    """... and stays up to this one; beyond it fades to strands, or to own hair."""
    turn: float = 10.0
    """The networks run again once the head has turned so far from every keyframe there is, degrees."""
    zoom: float = 0.3
    """... or its size has changed by this share,"""
    light: float = 0.25
    """... or the light by this share,"""
    max_age: float = 2.0
    """... or the keyframe is so old, seconds of the stream. 0: as soon as the last run has ended."""
    bank: bool = True
    """Keep one keyframe for each ``bank_step`` of yaw instead of the last one only."""
    bank_step: float = 12.0
    """Yaw between two keyframes that are kept, degrees."""
    bank_reach: float = 36.0
    """Yaw up to which keyframes are kept, degrees either way."""
    mask_memory: float = 0.35
    """Share of the last keyframe's outline in a new one's, 0..1, against outlines that come and go."""
    failures: int = 3
    """So many failed runs in a row end the engine; the pipeline starts it anew."""
    threads: int = 1
    """Threads of one network on a CPU, beside the live picture."""
    nice: int = 15
    """Added to the niceness of the networks' thread, 0..19."""
    photo_limits: PhotoLimits | None = field(default_factory=PhotoLimits)
    """How much of a picture may be a hat and must be hair; ``None`` takes every picture."""
    cache_folder: Path = field(default_factory=_cache_folder)
    """Where encoded references are kept. It may be deleted at any time."""
    cache_bytes: int = 256 * 1024**2
    """Encoded references used longest ago are deleted above this size."""

    def __post_init__(self) -> None:
        if self.path not in get_args(PathName):
            names = ", ".join(get_args(PathName))
            raise LiveSettingsError(f"path is {self.path!r}; it must be one of {names}.")
        for name, low, high in (
            ("frame_budget", 0.0, 1.0),
            ("fade", 0.0, 5.0),
            ("near", 1.0, 90.0),
            ("far", self.near, 90.0),
            ("turn", 1.0, 90.0),
            ("zoom", 0.01, 10.0),
            ("light", 0.01, 10.0),
            ("max_age", 0.0, 3600.0),
            ("bank_step", 2.0, 90.0),
            ("bank_reach", 0.0, 90.0),
            ("mask_memory", 0.0, 0.95),
            ("failures", 1, 100),
            ("threads", 1, 256),
            ("nice", 0, 19),
            ("cache_bytes", 0, 1 << 50),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise LiveSettingsError(f"{name} is {value}; it must be from {low} to {high}.")
