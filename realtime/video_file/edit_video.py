"""A video file through the live pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from realtime.frame import frame_to_rgb, replace_rect
from realtime.frame_result import FrameResult
from realtime.pipeline import FramePipeline
from realtime.video_file.errors import VideoFileError
from realtime.video_file.video_source import SourceFrame, VideoSource
from realtime.video_file.video_writer import VideoWriter


def edit_video(
    pipeline: FramePipeline, source: VideoSource, writer: VideoWriter
) -> Iterator[tuple[SourceFrame, FrameResult]]:
    """Every frame of ``source`` with the look of ``pipeline`` on, written with its sound; yields frame and
    result, one after the other.

    ``pipeline`` makes its keyframes on the frame that orders them. Time stamps stay as they are.

    Raises:
        VideoFileError: the file is broken, or has no frame that can be decoded.
    """
    count = 0
    for packet in source.packets():
        if packet.stream is not source.stream:
            writer.write_sound(packet)
            continue
        for item in source.decode(packet):
            result = pipeline.process(frame_to_rgb(item.frame), item.time)
            writer.write(replace_rect(item.frame, result.rgb, result.rect))
            count += 1
            yield item, result
    if count == 0:
        raise VideoFileError(f"{source.name} has no frame that can be decoded.")
