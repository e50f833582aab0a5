"""The tuning of aiortc: what each part changes, and that aiortc is still the one it was written for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from fractions import Fraction

import aioice
import av
import numpy as np
import numpy.typing as npt
import pytest
from aiortc import RTCPeerConnection, rtcsctptransport
from aiortc.codecs.h264 import H264Encoder as StockH264Encoder
from aiortc.codecs.vpx import Vp8Encoder as StockVp8Encoder
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rate import AimdRateControl, BandwidthUsage, RemoteBitrateEstimator
from aiortc.rtcrtpreceiver import NackGenerator, RTCRtpReceiver, TimestampMapper
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.rtp import RtpPacket

from server.rtc_tuning import UdpPortRange, VideoReceiver, check_upstream, prefer_codec
from server.rtc_tuning.checked_source import DIGESTS, digest, is_checked
from server.rtc_tuning.frame_rate import FrameRate
from server.rtc_tuning.h264_encoder import H264Encoder
from server.rtc_tuning.marker_jitter_buffer import MarkerJitterBuffer
from server.rtc_tuning.seeded_rate_control import SeededRateControl
from server.rtc_tuning.vp8_encoder import Vp8Encoder
from server.settings import BitrateSettings, CodecSettings

_CLOCK = Fraction(1, 90_000)
_RATES = BitrateSettings(minimum=300, start=2000, maximum=6000)


def packet(number: int, frame: int, *, last: bool = False, data: bytes = b"x") -> RtpPacket:
    made = RtpPacket(sequence_number=number % 65536, timestamp=frame * 3000, marker=int(last))
    made.payload = data
    made._data = data  # type: ignore[attr-defined]
    return made


def noise_frames(
    count: int, size: tuple[int, int] = (320, 240), interval: int = 3000
) -> Iterator[av.VideoFrame]:
    rng = np.random.default_rng(1)
    base = rng.integers(0, 255, (size[1] // 8 + 1, size[0] // 8 + 1, 3), np.uint8)
    picture: npt.NDArray[np.uint8] = np.kron(base, np.ones((8, 8, 1), np.uint8))[: size[1], : size[0]]
    for index in range(count):
        shifted = np.ascontiguousarray(np.roll(picture, 3 * index, axis=1))
        noisy = shifted // 2 + rng.integers(0, 40, shifted.shape, np.uint8)
        frame = av.VideoFrame.from_ndarray(noisy.astype(np.uint8), "rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = index * interval, _CLOCK
        yield frame


def bits_per_second(sizes: list[int], fps: float) -> float:
    return 8.0 * sum(sizes) / len(sizes) * fps


class TestUpstream:
    @pytest.mark.parametrize(
        "thing",
        [
            RTCRtpReceiver,
            RTCRtpSender,
            NackGenerator,
            TimestampMapper,
            JitterBuffer,
            AimdRateControl,
            RemoteBitrateEstimator,
            StockH264Encoder,
            StockVp8Encoder,
            aioice.Connection,
        ],
    )
    def test_source_is_the_one_the_tuning_was_written_for(self, thing: type) -> None:
        assert DIGESTS[f"{thing.__module__}.{thing.__qualname__}"] == digest(thing)

    def test_all_of_the_tuning_applies(self) -> None:
        assert check_upstream()

    def test_every_digest_is_of_a_class_tested_here(self) -> None:
        assert len(DIGESTS) == 10

    def test_unknown_source_is_refused_with_a_warning(self, caplog: pytest.LogCaptureFixture) -> None:
        class Changed:
            pass

        with caplog.at_level(logging.WARNING):
            assert not is_checked(Changed)
        assert "Changed" in caplog.text

    async def test_an_unknown_receiver_is_left_as_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("server.rtc_tuning.video_receiver.is_checked", lambda *_: False)
        connection = RTCPeerConnection()
        receiver = connection.addTransceiver("video").receiver
        before = receiver._handle_rtp_packet
        tuned = VideoReceiver(receiver, _RATES)
        assert not tuned.tuned
        assert receiver._handle_rtp_packet == before
        assert tuned.decode_wait(0) is None
        tuned.discard_undecoded()
        await connection.close()

    def test_data_channel_packets_fit_the_smallest_path(self) -> None:
        # IPv6's 1280 bytes less the IPv6, UDP and DTLS headers.
        assert rtcsctptransport.SCTP_MAX_PACKET_LENGTH <= 1280 - 40 - 8 - 37


class TestMarkerJitterBuffer:
    def test_frame_is_complete_with_its_last_packet(self) -> None:
        buffer = MarkerJitterBuffer(64)
        assert buffer.add(packet(10, 0, data=b"a")) == (False, None)
        _, frame = buffer.add(packet(11, 0, last=True, data=b"b"))
        assert frame is not None
        assert (frame.data, frame.timestamp) == (b"ab", 0)

    def test_stock_buffer_waits_for_the_next_frame(self) -> None:
        buffer = JitterBuffer(64, is_video=True)
        assert buffer.add(packet(10, 0, last=True)) == (False, None)

    def test_reordered_packets_make_the_same_frame(self) -> None:
        buffer = MarkerJitterBuffer(64)
        buffer.add(packet(10, 0, data=b"a"))
        buffer.add(packet(12, 0, last=True, data=b"c"))
        _, frame = buffer.add(packet(11, 0, data=b"b"))
        assert frame is not None
        assert frame.data == b"abc"

    def test_frame_without_marker_ends_with_the_next_time_stamp(self) -> None:
        buffer = MarkerJitterBuffer(64)
        buffer.add(packet(10, 0, data=b"a"))
        _, frame = buffer.add(packet(11, 1, data=b"b"))
        assert frame is not None
        assert frame.data == b"a"

    def test_padding_is_not_a_frame(self) -> None:
        buffer = MarkerJitterBuffer(64)
        buffer.add(packet(10, 0, last=True))
        assert buffer.add(packet(11, 0, data=b"")) == (False, None)
        _, frame = buffer.add(packet(12, 1, last=True, data=b"z"))
        assert frame is not None
        assert frame.data == b"z"

    def test_frames_behind_a_gap_all_come_out_once_it_is_closed(self) -> None:
        buffer = MarkerJitterBuffer(64)
        buffer.add(packet(10, 0, last=True))
        for number in (12, 13, 14):
            assert buffer.add(packet(number, number, last=True))[1] is None
        _, first = buffer.add(packet(11, 11, last=True))
        frames = [first, buffer.pop_frame(), buffer.pop_frame(), buffer.pop_frame()]
        assert [frame.timestamp // 3000 for frame in frames if frame is not None] == [11, 12, 13, 14]
        assert buffer.pop_frame() is None

    @pytest.mark.parametrize("begin", [100, 65_530])
    def test_missing_and_skip_across_the_wrap(self, begin: int) -> None:
        buffer = MarkerJitterBuffer(64)
        buffer.add(packet(begin, 0, last=True))
        for offset, frame, last in ((1, 1, False), (3, 1, True), (4, 2, False), (5, 2, True)):
            buffer.add(packet(begin + offset, frame, last=last))
        newest = (begin + 5) % 65536
        assert buffer.missing(newest) == [(begin + 2) % 65536]
        assert buffer.skip_frame(newest) == (begin + 4) % 65536
        kept = buffer.pop_frame()
        assert kept is not None
        assert kept.timestamp == 2 * 3000
        assert buffer.missing(newest) == []

    def test_skip_drops_everything_when_no_frame_ends(self) -> None:
        buffer = MarkerJitterBuffer(64)
        buffer.add(packet(10, 0, last=True))
        buffer.add(packet(12, 1))
        assert buffer.skip_frame(12) == 13
        assert buffer.pop_frame() is None

    def test_completion_is_stamped_once_and_stamps_are_bounded(self) -> None:
        buffer = MarkerJitterBuffer(64)
        for number in range(200):
            buffer.add(packet(number, number, last=True))
        assert buffer.completed_at(0) is None
        assert buffer.completed_at(199 * 3000) is not None
        assert buffer.completed_at(199 * 3000) is None
        assert len(buffer._completed) <= 64


class TestLostPackets:
    """A receiver whose retransmissions are lost too."""

    @staticmethod
    async def receiver() -> tuple[RTCPeerConnection, VideoReceiver, list[str], list[list[int]]]:
        connection = RTCPeerConnection()
        transceiver = connection.addTransceiver("video")
        sent: list[str] = []
        asked: list[list[int]] = []
        receiver = VideoReceiver(transceiver.receiver, _RATES)

        async def pli(ssrc: int) -> None:
            sent.append("pli")

        async def nack(ssrc: int, lost: list[int]) -> None:
            sent.append("nack")
            asked.append(lost)

        transceiver.receiver._send_rtcp_pli = pli  # type: ignore[method-assign, assignment]
        transceiver.receiver._send_rtcp_nack = nack  # type: ignore[method-assign, assignment]
        receiver._ssrc, receiver.decoded = 1, 1
        return connection, receiver, sent, asked

    async def test_asks_again_then_skips_and_wants_a_keyframe(self, monkeypatch: pytest.MonkeyPatch) -> None:
        connection, receiver, sent, asked = await self.receiver()
        now = 100.0
        monkeypatch.setattr("server.rtc_tuning.video_receiver.time.monotonic", lambda: now)
        for number, frame in ((10, 0), (12, 2), (13, 3)):
            made = packet(number, frame, last=True)
            receiver._lost.add(made)
            receiver._buffer.add(made)
        history = []
        for _ in range(20):
            now += 0.02
            await receiver._tick(1, 0.01)
            history.append(list(sent))
        assert history[1] == []
        assert sent == ["nack", "nack", "pli"]
        assert asked[0] == [11]
        assert receiver.dropped == 1
        assert receiver._lost.missing == set()
        assert receiver._buffer.missing(13) == []
        await connection.close()

    async def test_keyframes_are_asked_for_at_most_once_a_second(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connection, receiver, sent, _ = await self.receiver()
        now = 100.0
        monkeypatch.setattr("server.rtc_tuning.video_receiver.time.monotonic", lambda: now)
        for _ in range(110):
            receiver.request_keyframe()
            now += 0.02
            await receiver._tick(1, 0.0)
        assert sent.count("pli") == 3
        await connection.close()

    async def test_wants_a_keyframe_while_nothing_could_be_decoded(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connection, receiver, sent, _ = await self.receiver()
        receiver.decoded = 0
        monkeypatch.setattr("server.rtc_tuning.video_receiver.time.monotonic", lambda: 100.0)
        await receiver._tick(1, 0.0)
        assert sent == ["pli"]
        await connection.close()

    async def test_a_decoder_that_cannot_keep_up_loses_frames_not_time(self) -> None:
        connection, receiver, _, _ = await self.receiver()
        receiver._receiver._RTCRtpReceiver__decoder_thread = object()  # type: ignore[attr-defined]
        for number in range(40):
            receiver._buffer.add(packet(2 * number, 2 * number, last=True))
            receiver._buffer._packets[(2 * number + 1) % 512] = packet(
                2 * number + 1, 2 * number + 1, last=True
            )
            receiver._decode_waiting()
            assert receiver._undecoded.qsize() <= 13
        assert receiver.dropped > 0
        assert receiver._wanted
        receiver._receiver._RTCRtpReceiver__decoder_thread = None  # type: ignore[attr-defined]
        await connection.close()


class TestRateControl:
    def test_first_estimate_is_the_start_bitrate(self) -> None:
        control = SeededRateControl(_RATES)
        assert control.update(BandwidthUsage.NORMAL, None, 0) == pytest.approx(2_000_000, rel=0.01)

    def test_estimates_stay_within_the_bounds(self) -> None:
        control = SeededRateControl(_RATES)
        for step in range(60):
            highest = control.update(BandwidthUsage.NORMAL, 50_000_000, 1000 * step)
        assert highest == 6_000_000
        for step in range(60, 120):
            lowest = control.update(BandwidthUsage.OVERUSING, 100_000, 1000 * step)
        assert lowest == 300_000


class TestH264Encoder:
    def test_bitrate_change_needs_no_keyframe(self) -> None:
        encoder = H264Encoder(_RATES, CodecSettings())
        sizes: list[int] = []
        for index, frame in enumerate(noise_frames(150)):
            if index == 60:
                encoder.target_bitrate = 400_000
            sizes.append(sum(map(len, encoder.encode(frame)[0])))
        assert encoder.stats.keyframes == 1
        assert encoder.stats.rebuilds == 0
        assert bits_per_second(sizes[20:60], 30) == pytest.approx(2_000_000, rel=0.35)
        assert bits_per_second(sizes[100:], 30) == pytest.approx(400_000, rel=0.5)

    def test_half_the_frames_still_get_the_whole_bitrate(self) -> None:
        encoder = H264Encoder(_RATES, CodecSettings())
        sizes = [sum(map(len, encoder.encode(frame)[0])) for frame in noise_frames(120, interval=6000)]
        assert bits_per_second(sizes[60:], 15) == pytest.approx(2_000_000, rel=0.35)

    def test_request_makes_a_keyframe(self) -> None:
        encoder = H264Encoder(_RATES, CodecSettings())
        for index, frame in enumerate(noise_frames(6)):
            encoder.encode(frame, force_keyframe=index == 3)
        assert encoder.stats.keyframes == 2

    def test_target_keeps_to_the_bounds(self) -> None:
        encoder = H264Encoder(_RATES, CodecSettings())
        encoder.target_bitrate = 1
        assert encoder.target_bitrate == 300_000
        encoder.target_bitrate = 1 << 40
        assert encoder.target_bitrate == 6_000_000

    @pytest.mark.parametrize("size", [(641, 479), (1920, 1080), (34, 34)])
    def test_any_size_is_encoded_and_decodes_again(self, size: tuple[int, int]) -> None:
        encoder = H264Encoder(_RATES, CodecSettings())
        decoder = av.CodecContext.create("h264", "r")
        decoded: list[av.VideoFrame] = []
        for frame in noise_frames(3, size):
            data = b"".join(b"\0\0\0\1" + nal for nal in encoder._encode_frame(frame, False))
            decoded += decoder.decode(av.Packet(data))
        decoded += decoder.decode(None)
        assert {(frame.width, frame.height) for frame in decoded} == {(size[0] & ~1, size[1] & ~1)}
        assert len(decoded) == 3

    def test_size_change_builds_anew_with_a_keyframe(self) -> None:
        encoder = H264Encoder(_RATES, CodecSettings())
        for size in ((320, 240), (160, 120)):
            for frame in noise_frames(3, size):
                encoder.encode(frame)
        assert (encoder.stats.rebuilds, encoder.stats.keyframes) == (1, 2)

    def test_a_frame_that_cannot_be_encoded_does_not_end_the_stream(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        encoder = H264Encoder(_RATES, CodecSettings())
        frames = noise_frames(2)
        with monkeypatch.context() as patch:
            patch.setattr(encoder, "_open", lambda *_: av.CodecContext.create("libx264", "w"))
            assert encoder.encode(next(frames)) == ([], 0)
        assert encoder.encode(next(frames))[0]


class TestVp8Encoder:
    def test_small_steps_and_quick_ones_do_not_build_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = 0.0
        monkeypatch.setattr("server.rtc_tuning.vp8_encoder.time.perf_counter", lambda: now)
        encoder = Vp8Encoder(_RATES, CodecSettings())
        frames = noise_frames(4)
        encoder.encode(next(frames))
        now, encoder.target_bitrate = 10.0, 2_400_000
        encoder.encode(next(frames))
        assert encoder.stats.rebuilds == 0
        encoder.target_bitrate = 1_000_000
        encoder.encode(next(frames))
        assert encoder.stats.rebuilds == 1
        now, encoder.target_bitrate = 11.0, 5_000_000
        encoder.encode(next(frames))
        assert encoder.stats.rebuilds == 1

    def test_keeps_the_bitrate(self) -> None:
        encoder = Vp8Encoder(_RATES, CodecSettings())
        sizes = [sum(map(len, encoder.encode(frame)[0])) for frame in noise_frames(120)]
        assert bits_per_second(sizes[30:], 30) == pytest.approx(2_000_000, rel=0.35)

    def test_odd_sizes_are_encoded(self) -> None:
        encoder = Vp8Encoder(_RATES, CodecSettings())
        assert all(encoder.encode(frame)[0] for frame in noise_frames(2, (641, 479)))


def test_frame_rate_follows_the_time_stamps() -> None:
    rate = FrameRate()
    for frame in noise_frames(80, (16, 16), interval=6000):
        rate.note(frame)
    assert rate.value == pytest.approx(15.0, rel=0.02)


@pytest.mark.parametrize("codec", ["h264", "vp8"])
async def test_preferred_codec_is_first_and_retransmission_stays(codec: str) -> None:
    connection = RTCPeerConnection()
    transceiver = connection.addTransceiver("video")
    prefer_codec(transceiver, codec)  # type: ignore[arg-type]
    names = [preference.mimeType.lower() for preference in transceiver._preferred_codecs]
    assert names[0] == f"video/{codec}"
    assert {"video/rtx", "video/vp8", "video/h264"} <= set(names)
    await connection.close()


async def test_udp_ports_keep_to_their_range_until_closed() -> None:
    loop = asyncio.get_running_loop()
    ports = UdpPortRange(loop, (41_000, 41_001))
    transports = []
    try:
        for _ in range(2):
            transport, _protocol = await loop.create_datagram_endpoint(
                asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
            )
            transports.append(transport)
        taken = {transport.get_extra_info("sockname")[1] for transport in transports}
        assert taken == {41_000, 41_001}
        with pytest.raises(OSError, match="--udp-ports"):
            await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    finally:
        ports.close()
        for transport in transports:
            transport.close()
    free, _protocol = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    assert free.get_extra_info("sockname")[1] not in {41_000, 41_001}
    free.close()
