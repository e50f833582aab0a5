"""A video file, read frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext

from realtime.frame import frame_to_rgb, planar
from realtime.video_file.errors import VideoFileError, VideoFormatError, VideoLengthError
from realtime.video_file.video_limits import VideoLimits

_MAX_SIDE = 8192
# Containers and codecs that strangers may send: others reach into other files, or are rarely attacked and
# rarely mended.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
_CODECS = ("h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "libvpx-vp9", "mpeg4", "mjpeg")
_SOUNDS = ("aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "alac", "pcm_s16le", "pcm_s16be")
_CUT_OFF = "The video is damaged or cut off. Save it again, or take another one."


@dataclass(frozen=True, slots=True)
class SourceFrame:
    """A frame of a file: upright I420 of even size, and its time in seconds."""

    frame: av.VideoFrame
    time: float


class VideoSource:
    """A video file, read frame by frame; a context manager.

    ``file``: a path, or an open file. With ``limits`` the file is a stranger's: only the usual formats are
    read, nothing but the file itself is opened, and what is longer or larger is refused.

    Raises:
        VideoFileError: there is no such file, or no video in it that can be decoded.
    """

    def __init__(self, file: Path | BinaryIO, limits: VideoLimits | None = None) -> None:
        self.name = str(file) if isinstance(file, Path) else "This file"
        self._limits = limits
        self._side = limits.side if limits else _MAX_SIDE
        self._decoded = 0
        if isinstance(file, Path) and not file.is_file():
            raise VideoFileError(f"There is no file {file}.")
        options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": ""} if limits else {}
        try:
            self.container = av.open(str(file) if isinstance(file, Path) else file, "r", options=options)
        except (FFmpegError, OSError, ValueError) as error:
            raise VideoFormatError(
                f"{self.name} is neither a picture nor a video that can be decoded."
            ) from error
        try:
            if not self.container.streams.video:
                raise VideoFormatError(f"{self.name} has neither a picture nor a video in it.")
            self.stream = self.container.streams.video[0]
            if limits:
                self._check(limits)
        except VideoFileError:
            self.container.close()
            raise
        self.stream.thread_type = "AUTO"

    @property
    def frame_count(self) -> int | None:
        """As the file declares it or its length suggests; ``None`` where neither does."""
        if self.stream.frames:
            return self.stream.frames
        length = self._length()
        return round(length * float(self.rate)) if length else None

    @property
    def rate(self) -> Fraction:
        """Frames per second on average; 30 where the file does not say."""
        return self.stream.average_rate or Fraction(30)

    @property
    def audio(self) -> AudioStream | None:
        """The first sound track, as far as it can be told apart from damage."""
        for stream in self.container.streams.audio:
            context: AudioCodecContext | None = stream.codec_context
            if context is not None and (self._limits is None or context.name in _SOUNDS):
                return stream
        return None

    def packets(self) -> Iterator[Packet[Stream]]:
        """The packets of picture and sound in the order of the file.

        Raises:
            VideoFileError: the file is broken.
        """
        streams = [self.stream, *([self.audio] if self.audio else [])]
        try:
            yield from self.container.demux(streams)
        except FFmpegError as error:
            raise VideoFileError(_CUT_OFF) from error

    def decode(self, packet: Packet[Stream]) -> Iterator[SourceFrame]:
        """The frames that ``packet`` completes; a damaged packet gives none.

        Raises:
            VideoLengthError: there are more, longer or larger frames than the file said.
        """
        try:
            frames = [frame for frame in packet.decode() if isinstance(frame, av.VideoFrame)]
        except FFmpegError:
            return
        for frame in frames:
            time = float(frame.time) if frame.time is not None else 0.0
            self._decoded += 1
            if self._limits:
                _check_frame(self._limits, frame.width * frame.height, self._decoded, time)
            yield SourceFrame(_upright(frame, self._side), time)

    def __iter__(self) -> Iterator[SourceFrame]:
        for packet in self.packets():
            if packet.stream is self.stream:
                yield from self.decode(packet)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.container.close()

    def _length(self) -> float:
        """Seconds, as the file declares them; 0 where it does not."""
        if self.stream.duration and self.stream.time_base:
            return float(self.stream.duration * self.stream.time_base)
        return (self.container.duration or 0) / 1e6

    def _check(self, limits: VideoLimits) -> None:
        context: VideoCodecContext | None = self.stream.codec_context
        # There is none for what FFmpeg does not know.
        if context is None or context.name not in _CODECS:
            raise VideoFormatError(
                "This video is coded in a way that is not read here. Save it as an MP4 with H.264."
            )
        _check_frame(limits, context.width * context.height, self.stream.frames, self._length())


def _check_frame(limits: VideoLimits, pixels: int, frames: int, seconds: float) -> None:
    if seconds > limits.seconds or frames > limits.frames:
        raise VideoLengthError(
            f"Videos may last up to {limits.seconds:.0f} seconds, with {limits.frames} frames at most. "
            "Cut a shorter one."
        )
    if pixels > limits.pixels:
        raise VideoLengthError(
            f"Videos may have up to {limits.pixels // 1_000_000} million pixels. Save a smaller one."
        )


def _upright(frame: av.VideoFrame, side: int) -> av.VideoFrame:
    """``frame`` as I420 of even size, turned as its display matrix says.

    An odd last row or column, which 4:2:0 video cannot hold, is cut off.
    """
    picture = planar(frame, side)
    turns = round(frame.rotation / 90) % 4
    if turns == 0 and picture.width % 2 == 0 and picture.height % 2 == 0:
        return picture
    rgb = np.rot90(frame_to_rgb(picture), turns)
    rgb = np.ascontiguousarray(rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2])
    turned = av.VideoFrame.from_ndarray(rgb, "rgb24")
    turned.pts, turned.time_base = frame.pts, frame.time_base
    return planar(turned, side)
