"""The table of the benchmark: measure, reference, ours, goal, reached or missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tools.latency_report import LatencyReport
from tools.pipeline_bench import StageBench


@dataclass(frozen=True, slots=True)
class BenchResult:
    """Everything that was measured; one report per round."""

    stages: tuple[StageBench, ...]
    echo: tuple[LatencyReport, ...]
    ours: tuple[LatencyReport, ...]

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. ``reference`` is the stock echo in the same run, ``None`` where it has no such
    figure.

    ``at_most``: whether ``goal`` is an upper limit (else a lower one).
    """

    measure: str
    unit: str
    reference: float | None
    ours: float | None
    goal: float
    at_most: bool = True

    @property
    def reached(self) -> bool:
        """Whether the goal is reached; what was not seen is not reached."""
        if self.ours is None:
            return False
        return self.ours <= self.goal if self.at_most else self.ours >= self.goal

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return {**asdict(self), "reached": self.reached}


def rows_of(result: BenchResult) -> list[Row]:
    """The lines that ``result`` allows."""
    rows = []
    if result.ours:
        p50, p95 = _over(result.echo, _p50), _over(result.echo, _p95)
        rows = [
            Row(
                "glass to glass p50",
                "ms",
                p50,
                _over(result.ours, _p50),
                p50 or 0.0,
            ),
            Row("glass to glass p95", "ms", p95, _over(result.ours, _p95), 1.5 * (p95 or 0.0)),
            _row(result, "frames returned", "1/s", lambda r: r.returned_fps, 29.5, at_most=False),
            _row(result, "longest gap", "ms", lambda r: r.longest_gap, 200.0),
            _row(result, "bitrate up, third second", "Mbit/s", lambda r: r.up_3s, 2.0, at_most=False),
            _row(result, "bitrate down, third second", "Mbit/s", lambda r: r.down_3s, 2.0, at_most=False),
            Row(
                "first processed frame",
                "ms",
                _over(result.echo, lambda r: r.first_frame),
                _over(result.ours, lambda r: r.first_edit),
                1000.0,
            ),
        ]
    goals = {480: 15.0, 720: 25.0}
    for bench in result.stages:
        width, height = bench.size
        name = f"processing of a frame {width}x{height}, median"
        rows.append(Row(name, "ms", None, bench.median["processing"], goals[height]))
    return rows


def format_table(rows: Sequence[Row]) -> str:
    """The table, as text."""
    lines = [f"{'measure':42} {'stock echo':>11} {'LiveHair':>9} {'ratio':>6} {'goal':>9}  unit"]
    for row in rows:
        ratio = row.ours / row.reference if row.reference and row.ours is not None else None
        lines.append(
            f"{row.measure:42} {_figure(row.reference):>11} {_figure(row.ours):>9} {_figure(ratio):>6}"
            f" {'<=' if row.at_most else '>='}{_figure(row.goal):>7}  {row.unit:7}"
            f" {'reached' if row.reached else 'MISSED'}"
        )
    return "\n".join(lines)


def format_stages(result: BenchResult) -> str:
    """Where the time goes, as text."""
    names = list(result.stages[0].median) if result.stages else []
    lines = [f"{'stage, ms (median / p95)':26}" + "".join(f"{_size(b):>20}" for b in result.stages)]
    for name in names:
        figures = (f"{b.median[name]:.1f} / {b.p95[name]:.1f}" for b in result.stages)
        lines.append(f"  {name:24}" + "".join(f"{text:>20}" for text in figures))
    for bench in result.stages:
        parts = ", ".join(f"{name} {milliseconds:.1f}" for name, milliseconds in bench.keyframes.items())
        lines.append(f"  beside it, per keyframe at {_size(bench)}: {parts or '-'}")
    for label, reports in (("stock echo", result.echo), ("LiveHair", result.ours)):
        for report in reports:
            cpu = ", ".join(f"{name} {share:.2f}" for name, share in report.cpu.items())
            stages = ", ".join(f"{name} {ms:.1f}" for name, ms in report.stages.items())
            lines.append(
                f"{label} live ({report.codec}): cores {cpu or '-'}; server stages, mean ms: {stages or '-'}"
            )
    return "\n".join(lines)


def _row(
    result: BenchResult,
    measure: str,
    unit: str,
    figure: Callable[[LatencyReport], float | None],
    goal: float,
    at_most: bool = True,
) -> Row:
    return Row(measure, unit, _over(result.echo, figure), _over(result.ours, figure), goal, at_most)


def _over(reports: Sequence[LatencyReport], figure: Callable[[LatencyReport], float | None]) -> float | None:
    """The median of ``figure`` over the rounds; ``None`` where a round has none."""
    values = [value for report in reports if (value := figure(report)) is not None]
    return round(float(np.median(values)), 2) if values and len(values) == len(reports) else None


def _p50(report: LatencyReport) -> float:
    return report.p50


def _p95(report: LatencyReport) -> float:
    return report.p95


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _size(bench: StageBench) -> str:
    return f"{bench.size[0]}x{bench.size[1]}"
