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
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from realtime.video_file.errors import VideoFileError
from realtime.video_file.video_source import VideoSource

EDITED = {
    "comment": "Hair edited with LiveHair",
    "digital_source_type": "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic",
}
"""What a written file says of itself; the second is IPTC's term for what software composed with others."""


class VideoWriter:
    """Writes H.264 with the time stamps of ``source``; a context manager.

    Sound that the file format can hold is copied, other sound is encoded to AAC. Nothing else of the source
    goes on: neither place nor device. An MP4's index is put first, so that it plays while it loads.
    ``crf``: x264's quality, 0..51, lower is better.

    Raises:
        VideoFileError: the file cannot be written.
    """

    def __init__(
        self, path: Path, source: VideoSource, *, crf: int = 17, sound: bool = True, preset: str = "medium",
        form: str | None = None,
    ) -> None:  # fmt: skip
        self._path = path
        self._source = source
        self._options = {"crf": str(crf), "preset": preset}
        try:
            self._container = av.open(
                str(path), "w", format=form, options={"movflags": "+faststart+use_metadata_tags"}
            )
        except (FFmpegError, OSError) as error:
            raise VideoFileError(f"{path} cannot be written: {error.strerror or error}.") from error
        self._container.metadata.update(EDITED)
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
            self._begin(frame)
        assert self._video is not None
        self._container.mux(self._video.encode(frame))

    def write_sound(self, packet: Packet[Stream]) -> None:
        """Append a packet of the source's sound; a damaged one is left out."""
        if self._video is None:
            self._early_sound.append(packet)
        elif self._copied is not None and packet.dts is not None:
            packet.stream = self._copied
            self._container.mux(packet)
        elif self._encoded is not None:
            try:
                frames = packet.decode()
            except FFmpegError:
                return
            for frame in frames:
                if isinstance(frame, av.AudioFrame):
                    self._container.mux(self._encoded.encode(frame))

    def _begin(self, frame: av.VideoFrame) -> None:
        video = self._container.add_stream("libx264", rate=self._source.rate, options=self._options)
        video.width, video.height = frame.width, frame.height
        video.pix_fmt = "yuv420p"
        if frame.time_base is not None:
            video.codec_context.time_base = frame.time_base
        # Players take large pictures that do not say so for BT.709.
        video.codec_context.colorspace = Colorspace.ITU601
        video.codec_context.color_range = ColorRange.MPEG
        self._video = video
        for packet in self._early_sound:
            self.write_sound(packet)
        self._early_sound.clear()

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
