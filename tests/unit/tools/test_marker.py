"""The frame-id marker survives what happens to a frame between two browsers."""

from __future__ import annotations

import fractions

import av
import cv2
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext

from tools import marker
from tools.clips import U8, moving_portrait, to_i420

BITRATE = 400_000


def _coded(codec: str, options: dict[str, str], pictures: list[U8]) -> list[U8]:
    """Luma planes after ``codec`` at BITRATE."""
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.height, encoder.width = pictures[0].shape[0] * 2 // 3, pictures[0].shape[1]
    encoder.pix_fmt = "yuv420p"
    encoder.bit_rate = BITRATE
    encoder.time_base = fractions.Fraction(1, 30)
    encoder.framerate = fractions.Fraction(30)
    encoder.options = options
    decoder = av.CodecContext.create({"libvpx": "vp8", "libx264": "h264"}[codec], "r")
    assert isinstance(decoder, VideoCodecContext)
    out: list[U8] = []
    for index, i420 in enumerate([*pictures, None]):
        frame = None if i420 is None else av.VideoFrame.from_ndarray(i420, "yuv420p")
        if frame is not None:
            frame.pts, frame.time_base = index, encoder.time_base
        packets = encoder.encode(frame)
        for packet in [*packets, None] if frame is None else packets:
            out += [
                np.asarray(picture.to_ndarray()[: encoder.height], np.uint8)
                for picture in decoder.decode(packet)
            ]
    return out


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libvpx", {"deadline": "realtime", "cpu-used": "6", "lag-in-frames": "0"}),
        ("libx264", {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline"}),
    ],
)
def test_every_id_is_read_back_after_a_codec_at_a_low_bitrate(codec: str, options: dict[str, str]) -> None:
    ids = [4095 - 53 * index for index in range(45)]
    pictures = [to_i420(rgb) for rgb in moving_portrait(frames=len(ids), noise=3.0)]
    for picture, frame_id in zip(pictures, ids, strict=True):
        marker.draw_i420(picture, frame_id)
    assert [marker.read(luma) for luma in _coded(codec, options, pictures)] == ids


@pytest.mark.parametrize("size", [(320, 240), (426, 320), (641, 479), (1280, 960)])
def test_a_scaled_frame_reads_the_same(size: tuple[int, int]) -> None:
    picture = next(moving_portrait(frames=1))
    marker.draw_rgb(picture, 1234)
    assert marker.read(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)[..., 1]) == 1234


@pytest.mark.parametrize(("gain", "offset"), [(0.35, 0), (0.859, 16), (1.0, 90), (1.6, -40)])
def test_brightness_and_range_do_not_matter(gain: float, offset: float) -> None:
    picture = next(moving_portrait(frames=1))
    marker.draw_rgb(picture, 777)
    assert marker.read(np.clip(picture[..., 1] * gain + offset, 0, 255)) == 777


def test_a_frame_without_a_marker_reads_as_none() -> None:
    rng = np.random.default_rng(1)
    assert marker.read(next(moving_portrait(frames=1))[..., 1]) is None
    assert all(marker.read(rng.integers(0, 256, (240, 320))) is None for _ in range(200))


def test_a_damaged_id_is_refused() -> None:
    picture = next(moving_portrait(frames=1))
    for bit in range(4, marker.ROWS):
        marker.draw_rgb(picture, 2730)
        top, bottom = bit * 24, (bit + 1) * 24
        picture[top:bottom, : marker.width(480)] = picture[top:bottom, : marker.width(480)][:, ::-1]
        assert marker.read(picture[..., 1]) is None


def test_the_checksum_is_the_published_crc4() -> None:
    # x^12 * x^4 divided by x^4 + x + 1, long division over GF(2) for three ids.
    for value in (1, 0b101101, 4095):
        remainder = value << 4
        for shift in range(11, -1, -1):
            if remainder >> (shift + 4) & 1:
                remainder ^= 0b10011 << shift
        assert marker.crc4(value) == remainder


def test_ids_wrap_and_only_the_left_edge_changes() -> None:
    picture = next(moving_portrait(frames=1))
    before = picture.copy()
    marker.draw_rgb(picture, marker.ID_COUNT + 5)
    assert marker.read(picture[..., 0]) == 5
    covered = marker.width(480)
    assert covered == 32
    assert np.array_equal(picture[:, covered:], before[:, covered:])
