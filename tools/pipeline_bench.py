"""Where a frame's time goes inside the server, stage by stage, without a network."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from engines.look import Look
from engines.strands.engine import StrandEngine
from realtime.frame import frame_to_rgb, replace_rect
from realtime.pipeline import FramePipeline
from server.rtc_tuning.h264_encoder import H264Encoder
from server.settings import BitrateSettings, CodecSettings
from tools.clips import moving_portrait, to_i420
from tools.errors import ToolError
from tools.studio import Studio

FRAME_STAGES = ("track", "occlusion", "render", "composite")
"""What design and documentation call the processing of a frame."""

_KEYFRAME_STAGES = ("prepare", "analyze", "keyframe")
_FPS = 30


@dataclass(frozen=True, slots=True)
class StageBench:
    """Milliseconds by stage: median and 95th percentile of ``frames`` frames.

    ``processing`` is the sum of FRAME_STAGES of each frame, ``frame`` all that the frame's thread does.
    ``keyframes``: stages of the keyframe worker, which runs beside it. ``level``: what the governor chose, on
    the median frame; 0 is the best.
    """

    size: tuple[int, int]
    frames: int
    median: dict[str, float]
    p95: dict[str, float]
    keyframes: dict[str, float]
    level: int = 0

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return asdict(self)


class _Stopwatch:
    """Collects milliseconds by stage."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.levels: list[int] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self.times[name].append(1e3 * (time.perf_counter() - begin))


def bench_pipeline(
    studio: Studio, look: Look, size: tuple[int, int], frames: int = 240, warmup: int = 60
) -> StageBench:
    """Send a moving face through decoder, pipeline and encoder at 30 frames a second, in one thread.

    Keyframes are made in their own thread, as they are live. The first ``warmup`` frames do not count.

    Raises:
        ToolError: hair was missing on more than a tenth of the frames.
    """
    # Compiles the loops and grows the style, which a warm server has behind it.
    studio.edit(next(moving_portrait(size, 1)), look)
    packets = _encoded_clip(size, frames + warmup)
    decoder = av.CodecContext.create("h264", "r")
    encoder = H264Encoder(BitrateSettings(), CodecSettings())
    pipeline = FramePipeline(lambda: StrandEngine(studio.library), background=True)
    pipeline.look = look
    watch = _Stopwatch()
    try:
        begin = time.monotonic()
        for index, packet in enumerate(packets):
            if index == warmup:
                watch.times.clear()
                watch.levels.clear()
            time.sleep(max(0.0, begin + index / _FPS - time.monotonic()))
            _one_frame(packet, index, watch, decoder, pipeline, encoder)
    finally:
        pipeline.close()
    keyframes = {stage: watch.times.pop(stage) for stage in _KEYFRAME_STAGES if stage in watch.times}
    if len(watch.times["processing"]) < 0.9 * frames:
        raise ToolError(f"Hair was drawn on {len(watch.times['processing'])} of {frames} frames only.")
    return StageBench(
        size,
        frames,
        {stage: statistics.median(times) for stage, times in watch.times.items()},
        {stage: float(np.percentile(times, 95)) for stage, times in watch.times.items()},
        {stage: statistics.median(times) for stage, times in keyframes.items()},
        statistics.median_low(watch.levels),
    )


def _one_frame(
    packet: Packet[VideoStream],
    index: int,
    watch: _Stopwatch,
    decoder: VideoCodecContext,
    pipeline: FramePipeline,
    encoder: H264Encoder,
) -> None:
    with watch.stage("frame"):
        with watch.stage("decode"):
            (frame,) = decoder.decode(packet)
        frame.pts, frame.time_base = index * 90_000 // _FPS, Fraction(1, 90_000)
        with watch.stage("to_rgb"):
            rgb = frame_to_rgb(frame)
        result = pipeline.process(rgb, index / _FPS)
        with watch.stage("to_i420"):
            edited = replace_rect(frame, result.rgb, result.rect)
        with watch.stage("encode"):
            encoder.encode(edited)
    watch.levels.append(result.quality.level)
    if result.layer is not None:
        watch.times["processing"].append(sum(result.timings.get(stage, 0.0) for stage in FRAME_STAGES))
    for stage, milliseconds in result.timings.items():
        watch.times["pipeline" if stage == "total" else stage].append(milliseconds)


def _encoded_clip(size: tuple[int, int], frames: int) -> list[Packet[VideoStream]]:
    """The clip as a browser would send it: H.264 baseline at 2.5 Mbit/s, one packet a frame."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuv420p"
    encoder.bit_rate = 2_500_000
    encoder.time_base, encoder.framerate = Fraction(1, _FPS), Fraction(_FPS)
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline"}
    packets: list[Packet[VideoStream]] = []
    for index, rgb in enumerate(moving_portrait(size, frames)):
        frame = av.VideoFrame.from_ndarray(to_i420(rgb), "yuv420p")
        frame.pts, frame.time_base = index, encoder.time_base
        packets += encoder.encode(frame)
    return packets
