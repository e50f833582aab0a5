"""Pictures and videos from and to files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from PIL import Image, ImageOps, UnidentifiedImageError

from realtime.frame import frame_to_rgb, planar
from tools.errors import MediaError

U8 = npt.NDArray[np.uint8]

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
VIDEO_SUFFIXES = (".mp4", ".mov", ".mkv")

_READ_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")
_SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    ".jpg": {"quality": 95, "subsampling": 0},
    ".jpeg": {"quality": 95, "subsampling": 0},
    ".webp": {"quality": 92, "method": 6},
}
_MAX_SIDE = 8192


def read_image(path: Path) -> U8 | None:
    """The picture, upright as its EXIF orientation says, (h, w, 3) uint8 sRGB; ``None``: not a picture file.

    Raises:
        MediaError: the file does not exist or is broken.
    """
    if not path.is_file():
        raise MediaError(f"There is no file {path}.")
    try:
        with Image.open(path, formats=_READ_FORMATS) as image:
            return np.array(ImageOps.exif_transpose(image).convert("RGB"), np.uint8)
    except UnidentifiedImageError:
        return None
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise MediaError(f"{path} cannot be decoded: {error}.") from error


def write_image(path: Path, pixels: U8) -> None:
    """Write ``pixels`` (h, w, 3) or (h, w) uint8 in the format that the suffix names.

    Raises:
        MediaError: an unknown suffix, or the file cannot be written.
    """
    suffix = check_suffix(path, IMAGE_SUFFIXES)
    try:
        Image.fromarray(pixels).save(path, **_SAVE_OPTIONS.get(suffix, {}))
    except OSError as error:
        raise MediaError(f"{path} cannot be written: {error.strerror or error}.") from error


def check_suffix(path: Path, allowed: tuple[str, ...]) -> str:
    """The suffix of ``path`` in lower case.

    Raises:
        MediaError: it is not among ``allowed``.
    """
    suffix = path.suffix.lower()
    if suffix not in allowed:
        raise MediaError(f"{path} must end in one of {', '.join(allowed)}.")
    return suffix


@dataclass(frozen=True, slots=True)
class SourceFrame:
    """A frame of a file: upright I420 of even size, and its time in seconds."""

    frame: av.VideoFrame
    time: float


class VideoSource:
    """A video file, read frame by frame; a context manager.

    Raises:
        MediaError: there is no such file, or no video in it that can be decoded.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise MediaError(f"There is no file {path}.")
        try:
            self.container = av.open(str(path))
        except (FFmpegError, OSError) as error:
            raise MediaError(f"{path} is neither a picture nor a video that can be decoded.") from error
        if not self.container.streams.video:
            self.container.close()
            raise MediaError(f"{path} has neither a picture nor a video in it.")
        self.stream = self.container.streams.video[0]
        self.stream.thread_type = "AUTO"

    @property
    def frame_count(self) -> int | None:
        """As the file declares it; ``None`` where it does not."""
        return self.stream.frames or None

    @property
    def rate(self) -> Fraction:
        """Frames per second on average; 30 where the file does not say."""
        return self.stream.average_rate or Fraction(30)

    @property
    def audio(self) -> AudioStream | None:
        """The first sound track."""
        return next(iter(self.container.streams.audio), None)

    def packets(self) -> Iterator[Packet[Stream]]:
        """The packets of picture and sound in the order of the file.

        Raises:
            MediaError: the file is broken.
        """
        streams = [self.stream, *([self.audio] if self.audio else [])]
        try:
            yield from self.container.demux(streams)
        except FFmpegError as error:
            raise MediaError(f"{self.path} is broken: {error.strerror}.") from error

    def decode(self, packet: Packet[Stream]) -> Iterator[SourceFrame]:
        """The frames that ``packet`` completes; a damaged packet gives none."""
        try:
            frames = [frame for frame in packet.decode() if isinstance(frame, av.VideoFrame)]
        except FFmpegError:
            return
        for frame in frames:
            time = frame.time if frame.time is not None else 0.0
            yield SourceFrame(_upright(frame), float(time))

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


def _upright(frame: av.VideoFrame) -> av.VideoFrame:
    """``frame`` as I420 of even size, turned as its display matrix says.

    An odd last row or column, which 4:2:0 video cannot hold, is cut off.
    """
    picture = planar(frame, _MAX_SIDE)
    turns = round(frame.rotation / 90) % 4
    if turns == 0 and picture.width % 2 == 0 and picture.height % 2 == 0:
        return picture
    rgb = np.rot90(frame_to_rgb(picture), turns)
    rgb = np.ascontiguousarray(rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2])
    turned = av.VideoFrame.from_ndarray(rgb, "rgb24")
    turned.pts, turned.time_base = frame.pts, frame.time_base
    return planar(turned, _MAX_SIDE)
