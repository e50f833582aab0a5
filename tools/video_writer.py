"""A video file written frame by frame, with the sound of its source."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from tools.errors import MediaError
from tools.media_io import VIDEO_SUFFIXES, VideoSource, check_suffix


class VideoWriter:
    """Writes H.264 with the time stamps of ``source``; a context manager.

    Sound that the file format can hold is copied, other sound is encoded to AAC. ``crf``: x264's quality,
    0..51, lower is better.

    Raises:
        MediaError: an unknown suffix, or the file cannot be written.
    """

    def __init__(self, path: Path, source: VideoSource, *, crf: int = 17, sound: bool = True) -> None:
        check_suffix(path, VIDEO_SUFFIXES)
        self._path = path
        self._source = source
        self._options = {"crf": str(crf), "preset": "medium"}
        try:
            self._container = av.open(str(path), "w")
        except (FFmpegError, OSError) as error:
            raise MediaError(f"{path} cannot be written: {error.strerror or error}.") from error
        self._video: VideoStream | None = None
        # The header, written with the first packet, names all streams: sound waits for the picture.
        self._early_sound: list[Packet[Stream]] = []
        self._copied: AudioStream | None = None
        self._encoded: AudioStream | None = None
        if sound and source.audio is not None:
            if source.audio.codec.name in self._container.supported_codecs:
                self._copied = self._container.add_stream_from_template(source.audio)
            else:
                self._encoded = self._container.add_stream("aac", rate=source.audio.rate)

    def write(self, frame: av.VideoFrame) -> None:
        """Append ``frame``; the first one decides the size, which later ones are scaled to."""
        if self._video is None:
            self._video = self._container.add_stream("libx264", rate=self._source.rate, options=self._options)
            self._video.width, self._video.height = frame.width, frame.height
            self._video.pix_fmt = "yuv420p"
            if frame.time_base is not None:
                self._video.codec_context.time_base = frame.time_base
            for packet in self._early_sound:
                self.write_sound(packet)
            self._early_sound.clear()
        self._container.mux(self._video.encode(frame))

    def write_sound(self, packet: Packet[Stream]) -> None:
        """Append a packet of the source's sound."""
        if self._video is None:
            self._early_sound.append(packet)
        elif self._copied is not None and packet.dts is not None:
            packet.stream = self._copied
            self._container.mux(packet)
        elif self._encoded is not None:
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    self._container.mux(self._encoded.encode(frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for stream in (self._video, self._encoded):
                if stream is not None:
                    self._container.mux(stream.encode(None))
        self._container.close()
