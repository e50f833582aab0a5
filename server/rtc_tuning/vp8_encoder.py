"""VP8 for one live viewer: fast, and not built anew for every small step of the bitrate."""

from __future__ import annotations

import logging
import time
from fractions import Fraction

import av
from aiortc.codecs import vpx
from aiortc.mediastreams import VIDEO_TIME_BASE, convert_timebase
from av.frame import Frame
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from server.rtc_tuning.encoder_stats import EncoderStats
from server.settings import BitrateSettings, CodecSettings

logger = logging.getLogger(__name__)


class Vp8Encoder(vpx.Vp8Encoder):
    """aiortc's VP8 packetizer around a libvpx that is rebuilt seldom.

    FFmpeg's libvpx wrapper does not take a new bitrate in place, and each rebuild is a keyframe ten times the
    size of its neighbours: so only large changes, and not often, are worth one.
    """

    def __init__(self, bitrate: BitrateSettings, settings: CodecSettings) -> None:
        super().__init__()
        self.stats = EncoderStats()
        self._settings = settings
        self._floor, self._ceiling = bitrate.minimum * 1000, bitrate.maximum * 1000
        self._target = bitrate.start * 1000
        self._built = 0.0

    @property
    def target_bitrate(self) -> int:
        """The bitrate to keep to, bit/s; the browser's REMB sets it."""
        return self._target

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._target = min(max(bitrate, self._floor), self._ceiling)

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """The RTP payloads of ``frame`` (none if libvpx fails on it), and its time stamp in 1/90000 s."""
        assert isinstance(frame, av.VideoFrame)
        assert frame.pts is not None
        assert frame.time_base is not None
        begin = time.perf_counter()
        # Before encoding, which converts the frame's own stamp to the codec's time base.
        timestamp = convert_timebase(frame.pts, frame.time_base, VIDEO_TIME_BASE)
        if self.codec is None or self._outdated(self.codec, frame):
            self.stats.rebuilds += self.codec is not None
            self.codec = self._open(frame.width, frame.height)
            self._built = begin
        frame.pict_type = PictureType.I if force_keyframe else PictureType.NONE
        try:
            packets = self.codec.encode(frame)
        except av.FFmpegError:
            # aiortc would end the track; a new encoder begins with a keyframe.
            logger.exception("A frame could not be encoded")
            self.codec = None
            return [], 0
        data = b"".join(bytes(packet) for packet in packets)
        payloads = self._packetize(data, self.picture_id)
        self.picture_id = (self.picture_id + 1) % (1 << 15)
        self.stats.seconds += time.perf_counter() - begin
        self.stats.frames += 1
        self.stats.keyframes += any(packet.is_keyframe for packet in packets)
        self.stats.bits += 8 * len(data)
        return payloads, timestamp

    def _outdated(self, codec: VideoCodecContext, frame: av.VideoFrame) -> bool:
        if (codec.width, codec.height) != (frame.width, frame.height):
            return True
        step = abs(self._target / (codec.bit_rate or 1) - 1.0)
        rested = time.perf_counter() - self._built >= self._settings.rebuild_interval
        return step > self._settings.rebuild_step and rested

    def _open(self, width: int, height: int) -> VideoCodecContext:
        codec = av.CodecContext.create("libvpx", "w")
        codec.width = width
        codec.height = height
        codec.pix_fmt = "yuv420p"
        codec.bit_rate = self._target
        codec.framerate = Fraction(30)
        codec.time_base = VIDEO_TIME_BASE
        # Keyframes are sent when the browser asks (PLI).
        codec.gop_size = 30_000
        codec.qmin = 2
        codec.qmax = 56
        codec.thread_count = 1
        rate = str(self._target)
        codec.options = {
            # One rate for least, most and mean makes libvpx hold a constant bitrate (libvpx, VPX_CBR).
            "minrate": rate,
            "maxrate": rate,
            "bufsize": rate,
            "undershoot-pct": "100",
            "overshoot-pct": "15",
            "deadline": "realtime",
            "cpu-used": str(-self._settings.vp8_speed),
            "lag-in-frames": "0",
            "static-thresh": "1",
        }
        return codec
