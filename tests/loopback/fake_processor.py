"""Frame processors that stand in for the pipeline where a test is about the server."""

from __future__ import annotations

import time

import av

from engines.look import Look
from realtime.frame_result import Notice
from server.frame_processor import ProcessedFrame


class FakeProcessor:
    """Returns frames as they came and notes what it saw; ``fail``: raise, ``delay``: take so many seconds."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.compare = False
        self.mirror = False
        self.motion = True
        self.four: tuple[str, ...] = ()
        self.fail = False
        self.delay = 0.0
        self.notices: tuple[Notice, ...] = ()
        self.sizes: list[tuple[int, int]] = []
        self.looks: list[Look] = []
        self.forgetful = 0
        """How often references were to be forgotten."""
        self.closed = False

    def process(self, frame: av.VideoFrame) -> ProcessedFrame:
        """``frame`` itself."""
        self.sizes.append((frame.width, frame.height))
        self.looks.append(self.look)
        time.sleep(self.delay)
        if self.fail:
            raise RuntimeError("the engine broke")
        return ProcessedFrame(frame, self.notices, {"track": 1.0})

    def forget_references(self) -> None:
        """Count it."""
        self.forgetful += 1

    def close(self) -> None:
        """Remember it."""
        self.closed = True
