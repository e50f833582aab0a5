"""From what a measurement saw to the figures people compare."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from tools import marker
from tools.errors import ToolError

Sample = tuple[int, float]
"""A frame id and the time it was captured or shown, ms."""

# Where the page puts a frame's times.
_DISPLAY, _CAPTURE = 1, 2


@dataclass(frozen=True, slots=True)
class LatencyReport:
    """One measurement; times in milliseconds, rates per second, ``None`` where it was not seen.

    ``p50`` ... ``p99``: from the capture of a frame to its display after it came back. ``preview_p50`` and
    ``preview_p95``: from its display in the local preview instead, which has a delay of its own, and may even
    come later.
    ``dropped``: frames sent that never came back. ``repeated``: frames seen more than once. ``longest_gap``:
    the longest time without a new frame. From the start of the connection: ``answered`` to the answer of the
    server, ``connected`` to the end of ICE and DTLS, ``first_frame`` to the first frame that came back,
    ``first_edit`` to the first one with hair drawn into it. ``up_3s`` and ``down_3s``: Mbit/s in the third
    second of the connection, ``up_end`` and ``down_end`` in the last two. ``cpu``: processor seconds per
    second, by program. ``stages``: means of what the server reported, ``server_drops``: the frames it says
    it dropped, ``qualities``: what its governor chose, one entry a second.
    """

    samples: int
    p50: float
    p90: float
    p95: float
    p99: float
    sent_fps: float
    returned_fps: float
    dropped: int
    repeated: int
    longest_gap: float
    preview_p50: float | None = None
    preview_p95: float | None = None
    answered: float | None = None
    connected: float | None = None
    first_frame: float | None = None
    first_edit: float | None = None
    up_3s: float | None = None
    down_3s: float | None = None
    up_end: float | None = None
    down_end: float | None = None
    rtt: float | None = None
    jitter_buffer: float | None = None
    codec: str | None = None
    cpu: dict[str, float] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    server_drops: int | None = None
    qualities: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return asdict(self)


def summarize(sent: Sequence[Sample], returned: Sequence[Sample], **more: Any) -> LatencyReport:
    """Match ``returned`` frames with ``sent`` ones by id, both ordered by time.

    ``more`` goes into the report as it is.
    An id that comes again (ids wrap, clips loop) belongs to the latest frame sent before it was seen. Frames
    at the end of ``sent`` that may still be on their way are not counted as dropped.
    """
    pairs = _matched(sent, returned)
    first: dict[int, int] = {}
    for sent_at, returned_at in pairs:
        first.setdefault(sent_at, returned_at)
    delays = [returned[there][1] - sent[here][1] for here, there in first.items()]
    if not delays:
        raise ToolError("No frame was seen both going out and coming back: measure for longer than --warmup.")
    last = returned[-1][1] - max(delays)
    due = [index for index, (_, time) in enumerate(sent) if returned[0][1] - min(delays) <= time <= last]
    arrivals = np.diff([time for _, time in returned])
    p50, p90, p95, p99 = (float(p) for p in np.percentile(delays, (50, 90, 95, 99)))
    measured: dict[str, Any] = {
        "sent_fps": _rate(sent),
        "returned_fps": _rate(returned),
        "dropped": sum(index not in first for index in due),
    }
    return LatencyReport(
        samples=len(delays),
        p50=p50,
        p90=p90,
        p95=p95,
        p99=p99,
        repeated=len(pairs) - len(first),
        longest_gap=float(arrivals.max(initial=0.0)),
        **(measured | more),
    )


def _matched(sent: Sequence[Sample], returned: Sequence[Sample]) -> list[tuple[int, int]]:
    """Indices of frames sent, and of the same as they came back."""
    known: dict[int, list[int]] = defaultdict(list)
    for index, (frame_id, _) in enumerate(sent):
        known[frame_id].append(index)
    pairs = []
    for index, (frame_id, time) in enumerate(returned):
        before = bisect.bisect_right(known[frame_id], time, key=lambda at: sent[at][1])
        if before:
            pairs.append((known[frame_id][before - 1], index))
    return pairs


def report_of_page(raw: Mapping[str, Any], warmup: float, cpu: dict[str, float]) -> LatencyReport:
    """The report of what ``latency_page.html`` returned, without the first ``warmup`` seconds of pictures."""
    begin = raw["start"] + raw["firstFrame"] + 1000.0 * warmup
    stats = raw["stats"]
    last = stats[-1]
    inbound = last.get("inbound", {})
    steady = [entry for entry in stats if entry["time"] + raw["start"] >= begin]
    server = [
        message
        for time, message in raw["messages"]
        if message.get("type") == "stats" and time + raw["start"] >= begin
    ]
    rtt = last.get("pair", {}).get("currentRoundTripTime")
    emitted = inbound.get("jitterBufferEmittedCount")
    encoded = _count(steady, "outbound", "framesEncoded")
    decoded = _count(steady, "inbound", "framesDecoded")
    seconds = (last["time"] - steady[0]["time"]) / 1000.0
    returned = _samples(raw["remote"], begin, _DISPLAY)
    local = [frame for frame in raw["local"] if frame[_CAPTURE] >= begin - 1000.0]
    sent, shown = _samples(local, 0.0, _CAPTURE), _samples(local, 0.0, _DISPLAY)
    behind = [returned[there][1] - shown[here][1] for here, there in _matched(sent, returned)]
    return summarize(
        sent,
        returned,
        preview_p50=float(np.percentile(behind, 50)) if behind else None,
        preview_p95=float(np.percentile(behind, 95)) if behind else None,
        # What encoder and decoder counted: a display shows at most one frame per refresh and hides some.
        sent_fps=encoded / seconds,
        returned_fps=decoded / seconds,
        dropped=max(0, encoded - decoded),
        answered=raw.get("answered"),
        connected=raw.get("connected"),
        first_frame=raw["firstFrame"],
        first_edit=raw.get("firstEdit"),
        up_3s=_bitrate(stats, "outbound", "bytesSent", 2000.0, 3000.0),
        down_3s=_bitrate(stats, "inbound", "bytesReceived", 2000.0, 3000.0),
        up_end=_bitrate(stats, "outbound", "bytesSent", last["time"] - 2000.0, last["time"]),
        down_end=_bitrate(stats, "inbound", "bytesReceived", last["time"] - 2000.0, last["time"]),
        rtt=None if rtt is None else 1000.0 * rtt,
        jitter_buffer=1000.0 * inbound["jitterBufferDelay"] / emitted if emitted else None,
        codec=_codec(last),
        stages=_mean_stages(server),
        server_drops=server[-1].get("dropped", 0) if server else None,
        cpu=cpu,
        qualities=tuple(message["quality"] for message in server if message.get("quality")),
    )


def _mean_stages(messages: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    values: dict[str, list[float]] = defaultdict(list)
    for message in messages:
        for stage, milliseconds in message.get("stages", {}).items():
            values[stage].append(milliseconds)
    return {stage: float(np.mean(times)) for stage, times in values.items()}


def _count(stats: Sequence[Mapping[str, Any]], report: str, counter: str) -> int:
    return int(stats[-1][report][counter]) - int(stats[0][report][counter])


def _samples(frames: Sequence[Sequence[Any]], begin: float, clock: int) -> list[Sample]:
    """The ids that were read, with their times by ``clock``, from ``begin`` on."""
    found = (
        (marker.id_of(frame[0]), frame[clock])
        for frame in frames
        if frame[0] is not None and frame[clock] >= begin
    )
    return [(frame_id, time) for frame_id, time in found if frame_id is not None]


def _rate(samples: Sequence[Sample]) -> float:
    span = samples[-1][1] - samples[0][1]
    return 1000.0 * (len(samples) - 1) / span if span > 0 else 0.0


def _bitrate(
    stats: Sequence[Mapping[str, Any]], report: str, counter: str, begin: float, end: float
) -> float | None:
    """Mbit/s between the samples nearest to ``begin`` and ``end``."""
    have = [entry for entry in stats if report in entry]
    if not have:
        return None
    first, last = (min(have, key=lambda entry: abs(entry["time"] - time)) for time in (begin, end))
    if first is last:
        return None
    bits = 8.0 * (last[report].get(counter, 0) - first[report].get(counter, 0))
    return float(bits / (last["time"] - first["time"]) / 1000.0)


def _codec(stats: Mapping[str, Any]) -> str | None:
    codecs = [str(name) for name in stats.get("codecs", ()) if "rtx" not in name.lower()]
    return codecs[0] if codecs else None
