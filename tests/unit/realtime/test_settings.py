"""The knobs of the pipeline are checked when they are set."""

from __future__ import annotations

from typing import Any

import pytest

from realtime.errors import SettingsError
from realtime.settings import KeyframeSettings, PipelineSettings, TrackerSettings


@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        (PipelineSettings, "max_side", 8),
        (PipelineSettings, "prepared_looks", 0),
        (PipelineSettings, "keep_strip", -1),
        (PipelineSettings, "restart_delay_max", 0.1),
        (KeyframeSettings, "turn", 0.0),
        (KeyframeSettings, "min_interval", 99.0),
        (TrackerSettings, "detection_confidence", 1.5),
        (TrackerSettings, "take_over", 0.5),
        (TrackerSettings, "hold", float("nan")),
    ],
)
def test_a_value_out_of_range_is_named(settings: Any, name: str, value: float) -> None:
    with pytest.raises(SettingsError, match=name):
        settings(**{name: value})


def test_the_defaults_are_valid_and_frozen() -> None:
    settings = PipelineSettings()
    with pytest.raises(AttributeError):
        settings.max_side = 1  # type: ignore[misc]
