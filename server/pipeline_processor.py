"""A session's frames through the realtime pipeline."""

from __future__ import annotations

import time as clock
from collections.abc import Callable

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import VideoReformatter

from engines.head_pose import HeadPose
from engines.look import Look
from realtime.four_up.four_up import FourUp
from realtime.frame import frame_to_rgb, planar, replace_rect
from realtime.frame_result import FrameResult
from realtime.keyframe_worker import Engine
from realtime.pipeline import FramePipeline
from realtime.settings import PipelineSettings
from server.frame_processor import ProcessedFrame
from server.memory import give_back

# No frame is made smaller than this, px.
_SMALLEST_SIDE = 640


class PipelineProcessor:
    """Implements ``FrameProcessor`` over a :class:`FramePipeline` of its own."""

    def __init__(self, engine_factory: Callable[[], Engine], settings: PipelineSettings, look: Look) -> None:
        self.mirror = False
        self.four: tuple[str, ...] = ()
        self._max_side = settings.max_side
        self._reformatter = VideoReformatter()
        self._pipeline = FramePipeline(engine_factory, settings, background=True)
        self._pipeline.look = look
        self._four_up = FourUp(engine_factory, settings, freed=give_back)
        self._head: HeadPose | None = None
        # What the last frame's quality says of the next one's size.
        self._share = 1.0

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
        """The frame with the hair of the look, or with several styles; one conversion in, one out."""
        begin = clock.perf_counter()
        source = planar(frame, self._longest_side(frame), self._reformatter)
        rgb = frame_to_rgb(source)
        converted = clock.perf_counter()
        result = self._edit(rgb, frame.time or 0.0)
        processed = clock.perf_counter()
        picture = replace_rect(source, result.rgb, result.rect)
        if self.mirror:
            picture = _mirrored(picture)
        timings = dict(result.timings)
        timings.pop("total", None)
        timings["convert"] = (converted - begin + clock.perf_counter() - processed) * 1e3
        self._share = 1.0 if self.four else result.quality.frame
        keyframe = None if self.four else self._pipeline.keyframe
        drawn = None if keyframe is None else keyframe.look
        return ProcessedFrame(picture, result.notices, timings, result.status, result.quality, drawn)

    def forget_references(self) -> None:
        """Keep nothing that was made of references for looks other than the one in use."""
        self._pipeline.forget_references()

    def close(self) -> None:
        """Release the pipelines."""
        self._pipeline.close()
        self._four_up.close()

    def _longest_side(self, frame: av.VideoFrame) -> int:
        side = min(max(frame.width, frame.height), self._max_side)
        return max(round(side * self._share), min(side, _SMALLEST_SIDE))

    def _edit(self, rgb: npt.NDArray[np.uint8], time: float) -> FrameResult:
        if styles := self.four:
            return self._four_up.process(rgb, time, self.look, styles, motion=self.motion, head=self._head)
        self._four_up.leave()
        result = self._pipeline.process(rgb, time)
        self._head = result.face.pose if result.face is not None else None
        return result


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
