"""The latency page in a real Chromium, against the stock echo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.latency import main

pytestmark = pytest.mark.e2e


def test_the_stock_echo_is_measured_in_chromium(tmp_path: Path) -> None:
    out = tmp_path / "latency.json"
    arguments = ["--stock-echo", "--seconds", "4", "--warmup", "1.5", "--size", "320x240"]
    assert main([*arguments, "--max-p50", "1", "--json", str(out)]) == 1
    assert main([*arguments, "--max-p50", "5000", "--json", str(out)]) == 0
    (report,) = json.loads(out.read_text())
    # The echo sends pictures back as they are, later than the camera took them and within the second.
    assert report["first_edit"] is None
    assert 5 < report["p50"] < 1000
    assert report["samples"] > 20
    assert report["sent_fps"] > 15
    assert set(report["cpu"]) == {"server", "chromium"}
    assert min(report["cpu"].values()) > 0.0
