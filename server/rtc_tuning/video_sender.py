"""One connection's outgoing video: its encoder, and what the viewer reports."""

from __future__ import annotations

from aiortc import RTCRtpTransceiver
from aiortc.codecs.h264 import H264Encoder as StockH264Encoder
from aiortc.codecs.vpx import Vp8Encoder as StockVp8Encoder
from aiortc.rtcrtpsender import RTCRtpSender

from server.rtc_tuning.checked_source import is_checked
from server.rtc_tuning.encoder_stats import EncoderStats
from server.rtc_tuning.h264_encoder import H264Encoder
from server.rtc_tuning.private import get_private, set_private
from server.rtc_tuning.vp8_encoder import Vp8Encoder
from server.settings import BitrateSettings, CodecName, CodecSettings

TOUCHED = (RTCRtpSender, StockH264Encoder, StockVp8Encoder)
"""What is reached into here."""


class VideoSender:
    """Gives a transceiver its own encoder, once the codec is negotiated (after ``setRemoteDescription``)."""

    def __init__(
        self, transceiver: RTCRtpTransceiver, bitrate: BitrateSettings, settings: CodecSettings
    ) -> None:
        self._sender = transceiver.sender
        self.codec = transceiver._codecs[0].name.upper()
        """The codec agreed on, ``VP8`` or ``H264``."""
        self.encoder: H264Encoder | Vp8Encoder | None = None
        """The encoder, ``None`` where aiortc's own is left in place."""
        if is_checked(*TOUCHED):
            encoder = H264Encoder if self.codec == "H264" else Vp8Encoder
            self.encoder = encoder(bitrate, settings)
            set_private(self._sender, RTCRtpSender, "encoder", self.encoder)

    def close(self) -> None:
        """Release the encoder's threads and memory at once, not when Python finds its cycles."""
        if self.encoder is not None:
            self.encoder.codec = None

    @property
    def stats(self) -> EncoderStats:
        """What the encoder counted."""
        return self.encoder.stats if self.encoder else EncoderStats()

    @property
    def round_trip(self) -> float | None:
        """The viewer's round-trip time in seconds, once it reported (RFC 3550 section 6.4.1)."""
        value: float | None = get_private(self._sender, RTCRtpSender, "rtt")
        return value


def prefer_codec(transceiver: RTCRtpTransceiver, codec: CodecName) -> None:
    """Answer with ``codec`` where the browser offers it; ``rtx`` stays, so that lost packets come again."""
    capabilities = RTCRtpSender.getCapabilities("video").codecs
    first = [c for c in capabilities if c.mimeType.lower() == f"video/{codec}"]
    transceiver.setCodecPreferences(first + [c for c in capabilities if c not in first])
