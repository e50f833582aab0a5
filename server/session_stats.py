"""How a session does, second by second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.base import EngineStatus
from engines.quality import Quality
from server.rtc_tuning import VideoReceiver, VideoSender
from server.video_path import VideoPath


@dataclass(frozen=True, slots=True)
class SessionReport:
    """One second of a session.

    Rates are per second, bitrates in bit/s, ``stages`` mean milliseconds of a frame, ``round_trip`` seconds.
    ``dropped`` counts from the session's beginning, every other count is of this second. ``latency_ms``: from
    a frame's last packet in to its first packet out.
    """

    fps_in: float
    fps_out: float
    bitrate_in: float
    bitrate_out: float
    dropped: int
    drops: Mapping[str, int]
    frames_in: int
    frames_out: int
    keyframes: int
    keyframe_requests: int
    stages: Mapping[str, float]
    latency_ms: float
    round_trip: float | None
    size: tuple[int, int]
    codec: str
    engine: EngineStatus | None = None
    quality: Quality | None = None

    def message(self) -> dict[str, Any]:
        """As the ``stats`` message of the control channel."""
        return {
            "fps_in": round(self.fps_in, 1),
            "fps_out": round(self.fps_out, 1),
            "bitrate_in": round(self.bitrate_in),
            "bitrate_out": round(self.bitrate_out),
            "dropped": self.dropped,
            "drops": dict(self.drops),
            "stages": dict(self.stages),
            "latency_ms": self.latency_ms,
            "rtt_ms": None if self.round_trip is None else round(self.round_trip * 1e3, 1),
            "width": self.size[0],
            "height": self.size[1],
            "codec": self.codec,
            "engine": None if self.engine is None else _engine(self.engine),
            "quality": None if self.quality is None else _quality(self.quality),
        }


class SessionStats:
    """Turns a session's running totals into reports."""

    def __init__(self, path: VideoPath, receiver: VideoReceiver, sender: VideoSender | None) -> None:
        self._path = path
        self._receiver = receiver
        self._sender = sender
        self._last: dict[str, float] = {}

    def take(self, now: float) -> SessionReport:
        """What happened since the last call; ``now`` in seconds."""
        path, receiver = self._path, self._receiver
        encoder = self._sender.stats if self._sender is not None else None
        seconds = self._since("time", now) or 1.0
        frames_in, bits_in = self._since("in", path.received), self._since("bits-in", receiver.bits)
        drops = {
            "decode": self._since("decode", receiver.dropped),
            "order": self._since("order", path.out_of_order),
            "size": self._since("size", path.refused),
            "inbox": self._since("inbox", path.inbox.dropped),
            "outbox": self._since("outbox", path.outbox.dropped),
        }
        frames_out = bits_out = keyframes = 0.0
        stages = path.stages.take()
        if encoder is not None:
            frames_out, bits_out = self._since("out", encoder.frames), self._since("bits-out", encoder.bits)
            keyframes = self._since("keyframes", encoder.keyframes)
            if frames_out:
                stages["encode"] = round(1e3 * self._since("encode", encoder.seconds) / frames_out, 2)
        # "server" spans queue and process; the rest of a frame's way adds to it.
        latency = round(sum(stages.get(name, 0.0) for name in ("decode", "server", "send", "encode")), 2)
        stages.pop("server", None)
        return SessionReport(
            fps_in=frames_in / seconds,
            fps_out=frames_out / seconds,
            bitrate_in=bits_in / seconds,
            bitrate_out=bits_out / seconds,
            dropped=receiver.dropped
            + path.out_of_order
            + path.refused
            + path.inbox.dropped
            + path.outbox.dropped,
            drops={name: int(count) for name, count in drops.items()},
            frames_in=int(frames_in),
            frames_out=int(frames_out),
            keyframes=int(keyframes),
            keyframe_requests=int(self._since("plis", receiver.keyframe_requests)),
            stages=stages,
            latency_ms=latency,
            round_trip=self._sender.round_trip if self._sender is not None else None,
            size=path.size,
            codec=self._sender.codec if self._sender is not None else "",
            engine=path.status,
            quality=path.quality,
        )

    def _since(self, name: str, total: float) -> float:
        before = self._last.get(name, total if name == "time" else 0.0)
        self._last[name] = total
        return total - before


def _engine(status: EngineStatus) -> dict[str, Any]:
    return {
        "name": status.engine,
        "backend": status.backend,
        "path": status.path,
        "keyframe_age_s": _tenths(status.keyframe_age),
        "pass_s": _tenths(status.pass_seconds),
        "working": status.working,
        "remaining_s": _tenths(status.remaining),
    }


def _quality(quality: Quality) -> dict[str, Any]:
    """Shares to two digits; ``matte`` and ``hands`` as in Quality."""
    return {
        "level": quality.level,
        "strands": round(quality.strands, 2),
        "pixels": round(quality.pixels, 2),
        "matte": quality.matte,
        "hands": quality.hands,
        "frame": quality.frame,
    }


def _tenths(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
