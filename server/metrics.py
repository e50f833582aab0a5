"""What Prometheus sees. No label ever names a session or an address."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from server.session_stats import SessionReport

_STAGE_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.033, 0.05, 0.1, 0.25, 1.0)


class Metrics:
    """All metrics of one server, in a registry of their own."""

    def __init__(self, capacity: int) -> None:
        self.registry = CollectorRegistry()
        self._active = Gauge("sessions_active", "Sessions now", registry=self.registry)
        limit = Gauge("sessions_capacity", "Sessions allowed", registry=self.registry)
        limit.set(capacity)
        self._admission = Counter("admission", "Offers by result", ["result"], registry=self.registry)
        self._ended = Counter("sessions_ended", "Sessions by end", ["reason"], registry=self.registry)
        self._connect = Histogram("connect_seconds", "Offer to connected", registry=self.registry)
        self._stage = Histogram(
            "frame_stage_seconds",
            "Time of a frame by stage",
            ["stage"],
            buckets=_STAGE_BUCKETS,
            registry=self.registry,
        )
        self._latency = Histogram(
            "latency_server_seconds",
            "Decoded to processed",
            buckets=_STAGE_BUCKETS,
            registry=self.registry,
        )
        self._frames = Counter("frames", "Video frames", ["dir"], registry=self.registry)
        self._dropped = Counter("frames_dropped", "Frames left out", ["stage"], registry=self.registry)
        self._keyframes = Counter("keyframes", "Whole pictures sent", registry=self.registry)
        self._pli = Counter("pli", "Whole pictures asked for", ["dir"], registry=self.registry)
        self._bitrate = Histogram(
            "encoder_bitrate_bps",
            "Bitrate sent, each session each second",
            buckets=(1e5, 2.5e5, 5e5, 1e6, 2e6, 4e6, 8e6),
            registry=self.registry,
        )
        self._rtt = Histogram(
            "rtt_seconds",
            "Round trip, each session each second",
            buckets=(0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0),
            registry=self.registry,
        )
        self._tasks = Gauge("event_loop_tasks", "Tasks of the event loop", registry=self.registry)
        self._lag = Histogram(
            "event_loop_lag_seconds",
            "How late the event loop runs",
            buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5),
            registry=self.registry,
        )

    def active(self, count: int) -> None:
        """So many sessions hold a slot."""
        self._active.set(count)

    def admission(self, result: str) -> None:
        """An offer was answered: ``accepted`` or an error code."""
        self._admission.labels(result).inc()

    def ended(self, reason: str) -> None:
        """A session ended."""
        self._ended.labels(reason).inc()

    def connected(self, seconds: float) -> None:
        """A session connected so long after its offer."""
        self._connect.observe(seconds)

    def stage(self, stage: str, milliseconds: float) -> None:
        """One frame spent so long in a stage."""
        if stage == "server":
            self._latency.observe(milliseconds / 1e3)
        else:
            self._stage.labels(stage).observe(milliseconds / 1e3)

    def loop(self, lag: float, tasks: int) -> None:
        """The event loop was so many seconds late, and has so many tasks."""
        self._lag.observe(max(0.0, lag))
        self._tasks.set(tasks)

    def report(self, report: SessionReport) -> None:
        """Count one session's last second."""
        self._frames.labels("in").inc(report.frames_in)
        self._frames.labels("out").inc(report.frames_out)
        for stage, count in report.drops.items():
            self._dropped.labels(stage).inc(count)
        self._keyframes.inc(report.keyframes)
        self._pli.labels("out").inc(report.keyframe_requests)
        if report.frames_out:
            self._bitrate.observe(report.bitrate_out)
        if "encode" in report.stages:
            self.stage("encode", report.stages["encode"])
        if report.round_trip is not None:
            self._rtt.observe(report.round_trip)

    def text(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self.registry)
