"""One connection's incoming video: complete frames at once, and a way on when packets are lost for good."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import time
from typing import Any

from aiortc import RTCRtpReceiver
from aiortc.codecs import is_rtx
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rate import AimdRateControl, RemoteBitrateEstimator
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcrtpreceiver import NackGenerator, TimestampMapper
from aiortc.rtp import RtpPacket
from aiortc.utils import uint16_gt

from server.rtc_tuning.checked_source import is_checked
from server.rtc_tuning.marker_jitter_buffer import MarkerJitterBuffer
from server.rtc_tuning.private import get_private, set_private
from server.rtc_tuning.seeded_rate_control import SeededRateControl
from server.rtc_tuning.video_sender import VideoSender
from server.settings import BitrateSettings

TOUCHED = (
    RTCRtpReceiver,
    JitterBuffer,
    NackGenerator,
    TimestampMapper,
    AimdRateControl,
    RemoteBitrateEstimator,
)
"""What is reached into here."""

_TICK = 0.02
# Lost packets are asked for again after this long (or two round trips), and given up after that.
_NACK_INTERVAL = 0.1
_GIVE_UP = 0.25
_KEYFRAME_INTERVAL = 1.0
_FIRST_FRAME_PATIENCE = 0.15
# More encoded frames waiting than this, and the decoder is not keeping up with the camera.
_MAX_UNDECODED = 12


class VideoReceiver:
    """Tunes a video receiver before its first packet.

    Stock aiortc completes a frame with the next one's first packet; asks for a lost packet again only when
    another is lost, so that one lost retransmission stops the picture until 512 packets are waiting; hands
    out one frame for each packet that comes in, so that the wait stays once the gap is closed; queues for its
    decoder without limit; and sends no bitrate estimate for three seconds.
    """

    def __init__(self, receiver: RTCRtpReceiver, bitrate: BitrateSettings) -> None:
        self._receiver = receiver
        self.dropped = 0
        """Frames given up: lost for good, or too many for the decoder."""
        self.bits = 0
        """Payload received."""
        self.keyframe_requests = 0
        """PLIs sent (RFC 4585 section 6.3.1)."""
        self.decoded = 0
        """Frames that came out of the decoder; whoever reads the track counts them here."""
        self._ssrc: int | None = None
        self._codec: RTCRtpCodecParameters | None = None
        self._first_packet = 0.0
        self._gap: tuple[int, float, float] | None = None
        self._wanted = False
        self._last_request = 0.0
        self.tuned = is_checked(*TOUCHED)
        """False where aiortc is not the one this was written for, and was left as it is."""
        if not self.tuned:
            return
        self._buffer = MarkerJitterBuffer(capacity=512)
        self._undecoded: queue.Queue[object] = self._get("decoder_queue")
        self._clock: TimestampMapper = self._get("timestamp_mapper")
        self._lost: NackGenerator = self._get("nack_generator")
        self._get("remote_bitrate_estimator").rate_control = SeededRateControl(bitrate)
        set_private(receiver, RTCRtpReceiver, "jitter_buffer", self._buffer)
        self._handle_packet = receiver._handle_rtp_packet
        receiver._handle_rtp_packet = self._on_packet  # type: ignore[method-assign]

    def _get(self, name: str) -> Any:
        return get_private(self._receiver, RTCRtpReceiver, name)

    def request_keyframe(self) -> None:
        """Ask the sender for a whole picture, at most once a second."""
        self._wanted = True

    def decode_wait(self, pts: int) -> float | None:
        """Seconds since the frame with this ``pts`` was complete; ``None`` when not known."""
        if not self.tuned:
            return None
        completed = self._buffer.completed_at((pts + (self._clock._origin or 0)) & 0xFFFFFFFF)
        return None if completed is None else time.perf_counter() - completed

    async def recover(self, sender: VideoSender) -> None:
        """Watch for lost packets until cancelled."""
        while True:
            await asyncio.sleep(_TICK)
            if self.tuned and self._ssrc is not None:
                await self._tick(self._ssrc, sender.round_trip or 0.0)

    def discard_undecoded(self) -> None:
        """Throw away what waits for the decoder, so that closing does not wait for it."""
        with contextlib.suppress(queue.Empty):
            while self.tuned:
                self._undecoded.get_nowait()
                self.dropped += 1

    async def _on_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        if self._ssrc is None:
            self._first_packet = time.monotonic()
        self.bits += 8 * len(packet.payload)
        codec = self._get("codecs").get(packet.payload_type)
        if codec is not None and not is_rtx(codec):
            self._ssrc, self._codec = packet.ssrc, codec
        await self._handle_packet(packet, arrival_time_ms=arrival_time_ms)
        self._decode_waiting()

    def _decode_waiting(self) -> None:
        while self._get("decoder_thread") and (frame := self._buffer.pop_frame()) is not None:
            frame.timestamp = self._clock.map(frame.timestamp)
            self._undecoded.put((self._codec, frame))
        if self._undecoded.qsize() > _MAX_UNDECODED:
            self.discard_undecoded()
            self.request_keyframe()

    async def _tick(self, ssrc: int, round_trip: float) -> None:
        now = time.monotonic()
        if not self.decoded and now - self._first_packet > _FIRST_FRAME_PATIENCE:
            self.request_keyframe()
        await self._chase_lost_packets(ssrc, round_trip, now)
        if self._wanted and now - self._last_request >= _KEYFRAME_INTERVAL:
            self._wanted = False
            self._last_request = now
            self.keyframe_requests += 1
            await self._receiver._send_rtcp_pli(ssrc)

    async def _chase_lost_packets(self, ssrc: int, round_trip: float, now: float) -> None:
        newest = self._lost.max_seq
        lost = self._buffer.missing(newest) if newest is not None else []
        if newest is None or not lost:
            self._gap = None
            return
        if self._gap is None or self._gap[0] != lost[0]:
            # aiortc itself asked when it saw the gap.
            self._gap = (lost[0], now, now)
            return
        first, since, asked = self._gap
        if now - since > max(_GIVE_UP, 2.5 * round_trip):
            head = self._buffer.skip_frame(newest)
            self._lost.missing = {number for number in self._lost.missing if not uint16_gt(head, number)}
            self._gap = None
            self.dropped += 1
            self.request_keyframe()
            self._decode_waiting()
        elif now - asked >= max(_NACK_INTERVAL, 2.0 * round_trip):
            self._gap = (first, since, now)
            await self._receiver._send_rtcp_nack(ssrc, lost[:64])
