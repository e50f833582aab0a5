"""Between av video frames (I420) and RGB: one conversion in, one out, and only where pixels changed."""

from __future__ import annotations

from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from realtime.errors import FrameError
from realtime.rect import Rect

U8 = npt.NDArray[np.uint8]

# What WebRTC decoders hand out and encoders expect: BT.601, limited range. 2 and 0 say "unspecified".
_MATRICES = (2, Colorspace.ITU601, 6)
_RANGES = (ColorRange.UNSPECIFIED, ColorRange.MPEG)
# Cb and Cr of ITU-R BT.601 from 8-bit R'G'B', limited range.
_CHROMA = np.array(
    [[-0.148223, -0.290993, 0.439216, 128.0], [0.439216, -0.367788, -0.071427, 128.0]], np.float32
)


def planar(frame: av.VideoFrame, max_side: int, reformatter: VideoReformatter | None = None) -> av.VideoFrame:
    """``frame`` as 8-bit I420, BT.601 limited range, its long side at most ``max_side`` px.

    A frame that is so already is returned itself; ``pts`` and ``time_base`` are kept. ``reformatter``: one
    kept for the frames of a stream, as a new one calculates its filters anew (2 ms at 1280x720).

    Raises:
        FrameError: the frame has no pixels.
    """
    width, height = frame.width, frame.height
    if width < 2 or height < 2:
        raise FrameError(f"A frame of {width}x{height} pixels cannot be shown. Send at least 2x2.")
    shrink = min(1.0, max_side / max(width, height))
    same_color = frame.colorspace in _MATRICES and frame.color_range in _RANGES
    if frame.format.name == "yuv420p" and shrink == 1.0 and same_color:
        return frame
    if shrink < 1.0:
        width, height = (max(2, round(side * shrink / 2) * 2) for side in (width, height))
    full_range = frame.format.name.startswith("yuvj") or frame.color_range == ColorRange.JPEG
    result = (reformatter or VideoReformatter()).reformat(
        frame,
        width,
        height,
        "yuv420p",
        src_colorspace=Colorspace.ITU601 if frame.colorspace in _MATRICES else frame.colorspace,
        dst_colorspace=Colorspace.ITU601,
        src_color_range=ColorRange.JPEG if full_range else ColorRange.MPEG,
        dst_color_range=ColorRange.MPEG,
    )
    return _stamped(result, frame.pts, frame.time_base)


def frame_to_rgb(frame: av.VideoFrame) -> U8:
    """The pixels of an I420 frame (see :func:`planar`) as a new (h, w, 3) uint8 sRGB array."""
    width, height = frame.width, frame.height
    # OpenCV takes I420 with even sides only: odd frames get a repeated last column and row.
    even_w, even_h = width + width % 2, height + height % 2
    luma, *chroma = (_view(plane) for plane in frame.planes)
    packed = np.empty((even_h * 3 // 2, even_w), np.uint8)
    packed[:height, :width] = luma
    if even_w > width:
        packed[:height, width] = luma[:, -1]
    if even_h > height:
        packed[height] = packed[height - 1]
    packed[even_h:].reshape(2, even_h // 2, even_w // 2)[:] = chroma
    rgb = np.asarray(cv2.cvtColor(packed, cv2.COLOR_YUV2RGB_I420), np.uint8)
    return np.ascontiguousarray(rgb[:height, :width])


def replace_rect(frame: av.VideoFrame, rgb: U8, rect: Rect | None) -> av.VideoFrame:
    """``frame`` (I420) with the pixels of ``rgb`` inside ``rect``; all others stay bit-identical.

    ``rect`` grows to even coordinates. Without a rectangle the frame itself is returned, else a new one
    with the same ``pts`` and ``time_base``.
    """
    bounds = Rect(0, 0, frame.width, frame.height)
    if rgb.shape[:2] != (frame.height, frame.width):
        raise FrameError("The processed picture has another size than its frame.")
    area = rect.within(bounds).to_even() if rect is not None else None
    if area is None or area.empty:
        return frame
    result = av.VideoFrame(frame.width, frame.height, "yuv420p")
    planes = [_view(plane) for plane in result.planes]
    for target, source in zip(planes, frame.planes, strict=True):
        target[:] = _view(source)
    inside = area.within(bounds)
    patch = rgb[inside.top : inside.bottom, inside.left : inside.right]
    pad_y, pad_x = area.bottom - inside.bottom, area.right - inside.right
    if pad_y or pad_x:
        patch = np.pad(patch, ((0, pad_y), (0, pad_x), (0, 0)), mode="edge")
    luma = cv2.cvtColor(patch, cv2.COLOR_RGB2YUV_I420)[: patch.shape[0]]
    planes[0][inside.top : inside.bottom, inside.left : inside.right] = luma[
        : inside.bottom - inside.top, : inside.right - inside.left
    ]
    # OpenCV's own chroma is every second pixel, which makes thin coloured strands sparkle: average 2x2.
    half = cv2.resize(patch, (patch.shape[1] // 2, patch.shape[0] // 2), interpolation=cv2.INTER_AREA)
    chroma = cv2.transform(half, _CHROMA)
    box = np.s_[area.top // 2 : area.bottom // 2, area.left // 2 : area.right // 2]
    planes[1][box], planes[2][box] = chroma[..., 0], chroma[..., 1]
    return _stamped(result, frame.pts, frame.time_base)


def _view(plane: av.video.plane.VideoPlane) -> U8:
    """The plane's pixels without the padding at the end of its lines; shares the plane's memory."""
    pixels = np.frombuffer(memoryview(plane), np.uint8, plane.line_size * plane.height)
    return pixels.reshape(plane.height, plane.line_size)[:, : plane.width]


def _stamped(frame: av.VideoFrame, pts: int | None, time_base: Fraction | None) -> av.VideoFrame:
    frame.pts = pts
    if time_base is not None:
        frame.time_base = time_base
    frame.colorspace = Colorspace.ITU601
    frame.color_range = ColorRange.MPEG
    return frame
