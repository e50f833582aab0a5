"""One person's session, from the offer to the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import replace

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.sdp import candidate_from_sdp

from realtime.frame_result import Notice
from server.background_share import BackgroundShare
from server.control_channel import LABEL, ControlChannel
from server.control_message import LookChange, parse_control
from server.errors import NoAddressError, OfferError, RequestError
from server.frame_processor import FrameProcessor
from server.metrics import Metrics
from server.references.session_references import SessionReferences
from server.rtc_tuning import (
    VideoReceiver,
    VideoSender,
    add_loopback_address,
    prefer_codec,
    show_at_once,
)
from server.sdp_answer import finish_answer
from server.sdp_offer import candidate_allowed, check_offer
from server.session_stats import SessionStats
from server.settings import Settings
from server.video_path import VideoPath

logger = logging.getLogger(__name__)

_WATCH_INTERVAL = 0.25
_CLOSE_TIMEOUT = 5.0
# The same notice is not sent again within so many seconds.
_NOTICE_INTERVAL = 5.0
_REFERENCE_GONE = Notice(
    "reference-gone", "The reference photo is deleted: none is kept for long. Send it again to go on with it."
)


class Session:
    """A peer connection, its control channel and its video path.

    ``accept`` answers the offer, ``run`` lives until the session ends and releases everything; ``end`` asks
    for that.
    """

    def __init__(
        self,
        settings: Settings,
        processor: FrameProcessor,
        styles: frozenset[str],
        references: SessionReferences,
        metrics: Metrics,
        share: BackgroundShare,
    ) -> None:
        self.id = secrets.token_urlsafe(24)
        """Unguessable, 192 bit."""
        self.token = secrets.token_urlsafe(24)
        """The bearer token for PATCH and DELETE."""
        self._settings = settings
        self._processor = processor
        self._styles = styles
        self._references = references
        self._metrics = metrics
        self._share = share
        self._connection = RTCPeerConnection(
            RTCConfiguration(
                iceServers=[
                    RTCIceServer(urls=server.url, username=server.username, credential=server.credential)
                    for server in settings.ice.servers
                ]
            )
        )
        self._path = VideoPath(processor, self._notify, self._decode_wait)
        self._path.stages.observe = metrics.stage
        self._transceiver = self._connection.addTransceiver(self._path.track, direction="sendrecv")
        prefer_codec(self._transceiver, settings.codec.prefer)
        self._receiver = VideoReceiver(self._transceiver.receiver, settings.bitrate)
        self._sender: VideoSender | None = None
        self._control: ControlChannel | None = None
        self._remote: MediaStreamTrack | None = None
        self._candidates = 0
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._created = time.monotonic()
        self._connected: float | None = None
        self._pings = False
        self._silence = 0.0
        self._noticed: dict[str, float] = {}
        self._connection.on("track", self._on_track)
        self._connection.on("datachannel", self._on_channel)
        self._connection.on("connectionstatechange", self._on_state)

    @property
    def connected(self) -> bool:
        """Whether media has been flowing."""
        return self._connected is not None

    async def accept(self, sdp: str) -> str:
        """The SDP answer to an offer.

        Raises:
            OfferError: the offer cannot be accepted.
        """
        offer, self._candidates = check_offer(
            sdp,
            self._settings.limits,
            loopback=self._settings.http.loopback,
            private=self._settings.ice.private_candidates,
        )
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        # aiortc has no error class of its own for an offer it cannot take.
        except Exception:
            raise OfferError("The offer cannot be accepted: its parts do not fit together.") from None
        if self._settings.http.loopback:
            add_loopback_address(self._transceiver.receiver)
        for transceiver in self._connection.getTransceivers():
            if transceiver is not self._transceiver:
                transceiver.direction = "inactive"
        show_at_once(self._transceiver, offer)
        self._sender = VideoSender(self._transceiver, self._settings.bitrate, self._settings.codec)
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        answer = self._connection.localDescription.sdp
        if "a=candidate:" not in answer:
            raise NoAddressError
        return finish_answer(answer, self._settings.bitrate, self._settings.ice.public_address)

    async def add_candidate(self, candidate: str, mid: str | None) -> None:
        """Take in a trickled ICE candidate (the value after ``candidate:``); those not allowed are left out.

        Raises:
            RequestError: too many candidates, or not a candidate.
        """
        self._candidates += 1
        if self._candidates > self._settings.limits.candidates:
            raise RequestError(f"More than {self._settings.limits.candidates} ICE candidates.")
        if not candidate_allowed(
            candidate,
            loopback=self._settings.http.loopback,
            private=self._settings.ice.private_candidates,
        ):
            return
        try:
            parsed = candidate_from_sdp(candidate)
        except (ValueError, AssertionError, IndexError):
            raise RequestError("That is not an ICE candidate.") from None
        parsed.sdpMid = mid if mid is not None else self._transceiver.mid
        await self._connection.addIceCandidate(parsed)

    def when_ended(self, call: Callable[[], None]) -> None:
        """Have ``call`` called once the session is to end."""
        self._ended.add_done_callback(lambda _: call())

    def end(self, reason: str) -> None:
        """Ask the session to end; again is harmless."""
        if not self._ended.done():
            self._ended.set_result(reason)

    async def run(self) -> str:
        """Live until the session ends; returns why it did."""
        tasks = [
            asyncio.create_task(self._ingest(), name="ingest"),
            asyncio.create_task(self._path.process(), name="process"),
            asyncio.create_task(self._watch(), name="watch"),
        ]
        if self._sender is not None:
            tasks.append(asyncio.create_task(self._receiver.recover(self._sender), name="recover"))
        for task in tasks:
            task.add_done_callback(self._on_task_done)
        try:
            return await self._ended
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.close()

    async def close(self) -> None:
        """Release the connection and the processor."""
        self._receiver.discard_undecoded()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._connection.close(), _CLOSE_TIMEOUT)
        if self._sender is not None:
            self._sender.close()
        await self._path.close()

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("The %s task of a session failed", task.get_name(), exc_info=error)
            self.end("error")

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "video" and self._remote is None:
            self._remote = track

    def _on_channel(self, channel: RTCDataChannel) -> None:
        if channel.label != LABEL or self._control is not None:
            channel.close()
            return
        self._control = ControlChannel(channel, self._settings.limits, self._on_control)
        self._control.send("ready", {"session_id": self.id, "look": self._processor.look.style})

    def _on_state(self) -> None:
        state = self._connection.connectionState
        if state == "connected" and self._connected is None:
            self._connected = time.monotonic()
            self._silence = 0.0
            self._metrics.connected(self._connected - self._created)
        elif state in ("failed", "closed"):
            self.end("disconnected" if self.connected else "failed")

    def _on_control(self, text: object) -> None:
        limit = self._settings.limits.control_bytes
        message = parse_control(text, limit, self._processor.look, self._styles, self._references.find)
        if isinstance(message, LookChange):
            self._processor.look = message.look
            if message.compare is not None:
                self._processor.compare = message.compare
            if message.mirror is not None:
                self._processor.mirror = message.mirror
            if message.motion is not None:
                self._processor.motion = message.motion
            if message.four is not None:
                self._processor.four = message.four
            if message.lost:
                self._notify(_REFERENCE_GONE)
        else:
            self._pings = True
            self._silence = 0.0

    def _let_go_of_reference(self) -> None:
        """What a visitor deleted, or what was to be kept no longer, is not shown any longer either."""
        if not self._references.drop_gone():
            return
        look = self._processor.look
        if look.reference is not None and not self._references.holds(look.reference):
            self._processor.look = replace(look, reference=None)
            self._notify(_REFERENCE_GONE)
        self._processor.forget_references()

    def _notify(self, notice: Notice) -> None:
        now = time.monotonic()
        if (
            self._control is not None
            and now - self._noticed.get(notice.code, -_NOTICE_INTERVAL) >= _NOTICE_INTERVAL
        ):
            self._noticed[notice.code] = now
            self._control.notice(notice)

    def _decode_wait(self, pts: int) -> float | None:
        self._receiver.decoded += 1
        return self._receiver.decode_wait(pts)

    async def _ingest(self) -> None:
        if self._remote is not None:
            await self._path.ingest(self._remote)
            self.end("disconnected")

    async def _watch(self) -> None:
        """Check the deadlines, and report once a second."""
        stats = SessionStats(self._path, self._receiver, self._sender)
        heard, report_at = 0, time.monotonic() + 1.0
        while True:
            await asyncio.sleep(_WATCH_INTERVAL)
            now = time.monotonic()
            # Counted in watches, not by the clock: while the loop is held up, nobody can be heard.
            self._silence += _WATCH_INTERVAL
            packets = await self._packets()
            # A client that pings is alive while it pings, any other while packets of it arrive.
            if packets != heard and not self._pings:
                self._silence = 0.0
            heard = packets
            if reason := self._overdue(now):
                self.end(reason)
                return
            if now >= report_at:
                report_at = now + 1.0
                self._let_go_of_reference()
                report = stats.take(now)
                self._metrics.report(report)
                self._share.note(report.frames_in, report.frames_out)
                if self._control is not None:
                    self._control.send("stats", report.message())

    def _overdue(self, now: float) -> str | None:
        """Why the session has to end now, if it has to."""
        limits = self._settings.limits
        if self._connected is None:
            return "connect-timeout" if now - self._created > limits.connect_timeout else None
        if self._silence > limits.heartbeat_timeout:
            return "vanished"
        if now - self._created > limits.max_duration:
            self._notify(Notice("session-over", "The session reached its longest duration. Start again."))
            return "max-duration"
        if now - (self._path.last_frame or self._connected) > limits.idle_timeout:
            self._notify(Notice("idle", "No video has come for a while, so the session ends. Start again."))
            return "idle"
        return None

    async def _packets(self) -> int:
        """Packets received so far on the session's transport."""
        report = await self._transceiver.receiver.getStats()
        return sum(entry.packetsReceived for entry in report.values() if entry.type == "transport")
