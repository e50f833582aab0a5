"""Small videos."""

from __future__ import annotations

import io

import av
import numpy as np
from av.video.stream import VideoStream


def video_seeds() -> list[bytes]:
    """Four frames with nobody in them, in the containers and codecs that people have."""
    kinds = (
        ("mp4", "libx264"),
        ("mp4", "mpeg4"),
        ("mov", "mjpeg"),
        ("webm", "libvpx"),
        ("matroska", "libx264"),
    )
    return [_video(container, codec) for container, codec in kinds]


def _video(container: str, codec: str) -> bytes:
    x, y = np.meshgrid(np.arange(96), np.arange(64))
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        stream = output.add_stream(codec, rate=30)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = 96, 64
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for index in range(4):
            rgb = np.stack([2 * x + 9 * index, 3 * y, x + y], -1).astype(np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, "rgb24")))
        output.mux(stream.encode(None))
    return buffer.getvalue()
