"""A session's frames through the realtime pipeline."""

from __future__ import annotations

import time
from collections.abc import Callable

import av
import numpy as np

from engines.look import Look
from realtime.frame import frame_to_rgb, planar, replace_rect
from realtime.keyframe_worker import Engine
from realtime.pipeline import FramePipeline
from realtime.settings import PipelineSettings
from server.frame_processor import ProcessedFrame


class PipelineProcessor:
    """Implements ``FrameProcessor`` over a :class:`FramePipeline` of its own."""

    def __init__(self, engine_factory: Callable[[], Engine], settings: PipelineSettings, look: Look) -> None:
        self.mirror = False
        self._max_side = settings.max_side
        self._pipeline = FramePipeline(engine_factory, settings, background=True)
        self._pipeline.look = look

    @property
    def look(self) -> Look:
        """The look drawn from the next frame on."""
        return self._pipeline.look

    @look.setter
    def look(self, look: Look) -> None:
        self._pipeline.look = look

    @property
    def compare(self) -> bool:
        """Whether the left half of the picture stays untouched."""
        return self._pipeline.compare

    @compare.setter
    def compare(self, compare: bool) -> None:
        self._pipeline.compare = compare

    @property
    def motion(self) -> bool:
        """Whether hair swings with the head."""
        return self._pipeline.motion

    @motion.setter
    def motion(self, motion: bool) -> None:
        self._pipeline.motion = motion

    def process(self, frame: av.VideoFrame) -> ProcessedFrame:
        """The frame with the hair of the look; one conversion in, one out."""
        begin = time.perf_counter()
        source = planar(frame, self._max_side)
        rgb = frame_to_rgb(source)
        converted = time.perf_counter()
        result = self._pipeline.process(rgb, frame.time or 0.0)
        processed = time.perf_counter()
        picture = replace_rect(source, result.rgb, result.rect)
        if self.mirror:
            picture = _mirrored(picture)
        timings = dict(result.timings)
        timings.pop("total", None)
        timings["convert"] = (converted - begin + time.perf_counter() - processed) * 1e3
        return ProcessedFrame(picture, result.notices, timings, result.status, result.quality)

    def close(self) -> None:
        """Release the pipeline."""
        self._pipeline.close()


def _mirrored(frame: av.VideoFrame) -> av.VideoFrame:
    """An I420 frame with left and right changed over."""
    mirrored = av.VideoFrame.from_ndarray(frame.to_ndarray(), "yuv420p")
    for plane in mirrored.planes:
        lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        pixels = lines[: plane.height, : plane.width]
        pixels[:] = pixels[:, ::-1].copy()
    mirrored.pts = frame.pts
    if frame.time_base is not None:
        mirrored.time_base = frame.time_base
    return mirrored
