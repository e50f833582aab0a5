"""The benchmark's table: goals against the echo of the same run."""

from __future__ import annotations

from dataclasses import replace

from tools.bench_table import BenchResult, LiveBench, Row, format_stages, format_table, rows_of
from tools.latency_report import LatencyReport
from tools.photo_bench import PhotoBench
from tools.pipeline_bench import StageBench

ECHO = LatencyReport(
    samples=200, p50=60.0, p90=66.0, p95=70.0, p99=80.0, sent_fps=30.0, returned_fps=30.0,
    dropped=0, repeated=0, longest_gap=50.0, first_frame=900.0, up_3s=0.4, down_3s=0.6,
)  # fmt: skip
OURS = replace(ECHO, p50=58.0, p95=104.0, first_edit=800.0, up_3s=2.5, down_3s=2.1, stages={"render": 7.0})
STAGES = StageBench(
    (640, 480), 100, {"processing": 14.0, "track": 5.0}, {"processing": 20.0, "track": 7.0}, {}
)


def _live(
    echo: tuple[LatencyReport, ...], ours: tuple[LatencyReport, ...], size: tuple[int, int] = (640, 480)
) -> LiveBench:
    return LiveBench(size, echo, ours)


def _missed(result: BenchResult) -> set[str]:
    return {row.measure for row in rows_of(result) if not row.reached}


def test_all_goals_reached() -> None:
    assert _missed(BenchResult((STAGES,), (_live((ECHO, ECHO), (OURS, OURS)),))) == set()


def test_latency_is_compared_with_the_echo_of_the_same_run() -> None:
    slow_machine = replace(ECHO, p50=120.0, p95=150.0)
    slower = replace(OURS, p50=110.0, p95=200.0)
    assert _missed(BenchResult((), (_live((ECHO,), (slower,)),))) == {
        "glass to glass p50",
        "glass to glass p95",
    }
    assert _missed(BenchResult((), (_live((slow_machine,), (slower,)),))) == set()


def test_each_goal_can_be_missed() -> None:
    bad = replace(OURS, returned_fps=29.4, longest_gap=250.0, up_3s=1.9, down_3s=1.9, first_edit=1001.0)
    result = BenchResult((replace(STAGES, median={"processing": 15.1}),), (_live((ECHO,), (bad,)),))
    assert len(_missed(result)) == 6


def test_a_figure_that_was_not_seen_is_not_reached() -> None:
    assert _missed(BenchResult((), (_live((ECHO,), (replace(OURS, first_edit=None),)),))) == {
        "first processed frame"
    }
    assert not Row("x", "ms", 1.0, None, 5.0).reached


def test_the_median_over_the_rounds_counts() -> None:
    rounds = tuple(replace(OURS, p95=p95) for p95 in (90.0, 100.0, 300.0))
    row = next(
        row
        for row in rows_of(BenchResult((), (_live((ECHO,) * 3, rounds),)))
        if row.measure == "glass to glass p95"
    )
    assert row.ours == 100.0


def test_the_text_names_every_measure_stage_and_miss() -> None:
    result = BenchResult((STAGES,), (_live((ECHO,), (replace(OURS, up_3s=1.0),)),))
    table = format_table(rows_of(result))
    assert table.count("MISSED") == 1
    assert "bitrate up" in next(line for line in table.splitlines() if "MISSED" in line)
    assert "640x480" in table
    assert "render 7.0" in format_stages(result)
    assert "track" in format_stages(result)
    assert "level 3" in format_stages(BenchResult((replace(STAGES, level=3),)))


def test_the_larger_size_has_to_hold_the_frame_rate_and_says_what_the_governor_chose() -> None:
    quality = {"level": 2, "strands": 0.7, "pixels": 0.8, "matte": 2}
    slow = replace(OURS, p50=400.0, returned_fps=25.0, qualities=(quality, {**quality, "level": 3}))
    result = BenchResult((), (_live((ECHO,), (OURS,)), _live((ECHO,), (slow,), (1280, 720))))
    assert _missed(result) == {"frames returned 1280x720"}
    line = next(
        line for line in format_stages(result).splitlines() if "1280x720" in line and "LiveHair" in line
    )
    assert "quality level by second: 2 3" in line
    assert "strands 0.7" in line


def test_mattes_stand_beside_the_reference_of_the_same_run() -> None:
    result = BenchResult((), (), {"selfie segmentation": 6.0, "fp32": 3.0, "int8": 1.5})
    rows = rows_of(result)
    assert [(row.reference, row.ours) for row in rows] == [(6.0, 3.0), (6.0, 1.5)]
    assert "MISSED" not in format_table(rows)
    assert "0.50" in format_table(rows)


def test_photos_are_told_and_live_video_must_hold_its_rate_beside_them() -> None:
    photo = PhotoBench("strands", 9.5, 5.25, 1200.0)
    beside = LiveBench((640, 480), (OURS,), (replace(OURS, returned_fps=27.0),))
    result = BenchResult((), photos=(photo,), beside=beside)
    assert _missed(result) == {"frames returned beside photos"}
    assert _missed(replace(result, beside=LiveBench((640, 480), (OURS,), (OURS,)))) == set()
    lines = format_table(rows_of(result)).splitlines()
    assert any("12 megapixels, strands: next" in line and "5.25" in line for line in lines)
