"""What a session does to its frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import av

from engines.base import EngineStatus
from engines.look import Look
from engines.quality import Quality
from realtime.frame_result import Notice


@dataclass(frozen=True, slots=True)
class ProcessedFrame:
    """A frame to send, what the user should know, milliseconds by stage, how the engine does, the quality the
    frame was drawn with, and the look of the keyframe that was there to draw with."""

    frame: av.VideoFrame
    notices: tuple[Notice, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    status: EngineStatus | None = None
    quality: Quality | None = None
    look: Look | None = None


class FrameProcessor(Protocol):
    """Processes the frames of one session, one at a time, in the session's own worker thread."""

    look: Look
    """May be set from any thread, as all of them; the next frame is processed with it."""
    compare: bool
    """Leave the left half of the picture untouched."""
    mirror: bool
    """Return the picture mirrored."""
    motion: bool
    """Let hair swing with the head."""
    four: tuple[str, ...]
    """Show these two to four styles side by side; none: the look's own."""

    def process(self, frame: av.VideoFrame) -> ProcessedFrame:
        """The frame to send instead of ``frame``, with the same ``pts`` and ``time_base``."""

    def forget_references(self) -> None:
        """Keep nothing that was made of references for looks other than the one in use."""

    def close(self) -> None:
        """Release memory and threads. No other call follows."""


ProcessorFactory = Callable[[Look], FrameProcessor]
"""Makes the processor of one session, for its first look."""
