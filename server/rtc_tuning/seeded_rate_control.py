"""The bitrate this side asks the other for, known from the first packet."""

from __future__ import annotations

from aiortc.rate import AimdRateControl, BandwidthUsage

from server.settings import BitrateSettings


class SeededRateControl(AimdRateControl):
    """aiortc's rate control, seeded and bounded.

    Stock aiortc sends no estimate for three seconds, and then one of what happened to arrive. Chromium takes
    the receiver's estimate at once during its first two seconds, so an early one saves the slow climb.
    """

    def __init__(self, bitrate: BitrateSettings) -> None:
        super().__init__()
        self._floor = bitrate.minimum * 1000
        self._ceiling = bitrate.maximum * 1000
        self.current_bitrate = bitrate.start * 1000
        self.current_bitrate_initialized = True

    def update(
        self, bandwidth_usage: BandwidthUsage, estimated_throughput: int | None, now_ms: int
    ) -> int | None:
        """The estimate in bit/s, within the settings' bounds."""
        estimate = super().update(bandwidth_usage, estimated_throughput, now_ms)
        if estimate is not None:
            estimate = self.current_bitrate = min(max(estimate, self._floor), self._ceiling)
        return estimate
