"""The table of the benchmark: measure, reference, ours, goal, reached or missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from tools.latency_report import LatencyReport
from tools.matte_bench import SELFIE
from tools.photo_bench import PhotoBench
from tools.pipeline_bench import StageBench


@dataclass(frozen=True, slots=True)
class LiveBench:
    """The stock echo and LiveHair in Chromium at one ``size``; one report per round."""

    size: tuple[int, int]
    echo: tuple[LatencyReport, ...]
    ours: tuple[LatencyReport, ...]


@dataclass(frozen=True, slots=True)
class BenchResult:
    """Everything that was measured. ``mattes``: ms by network, see :mod:`tools.matte_bench`. ``beside``: in
    the place of the echo LiveHair alone, then LiveHair while photos are edited."""

    stages: tuple[StageBench, ...]
    live: tuple[LiveBench, ...] = ()
    mattes: Mapping[str, float] = field(default_factory=dict)
    photos: tuple[PhotoBench, ...] = ()
    beside: LiveBench | None = None

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. ``reference``: what it is compared with in the same run (the stock echo; for
    mattes MediaPipe's), ``None`` where there is no such figure.

    ``at_most``: whether ``goal`` is an upper limit (else a lower one); ``None``: shown, not asked for.
    """

    measure: str
    unit: str
    reference: float | None
    ours: float | None
    goal: float | None
    at_most: bool = True

    @property
    def reached(self) -> bool:
        """Whether the goal is reached; what was not seen is not reached."""
        if self.goal is None:
            return True
        if self.ours is None:
            return False
        return self.ours <= self.goal if self.at_most else self.ours >= self.goal

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        return {**asdict(self), "reached": self.reached}


def rows_of(result: BenchResult) -> list[Row]:
    """The lines that ``result`` allows: design's own at the first size, the others' with their sizes."""
    rows = [row for bench in result.live[:1] for row in _main_rows(bench)]
    for bench in result.live[1:]:
        size = f" {bench.size[0]}x{bench.size[1]}"
        rows += [
            Row(f"glass to glass p50{size}", "ms", _over(bench.echo, _p50), _over(bench.ours, _p50), None),
            Row(f"glass to glass p95{size}", "ms", _over(bench.echo, _p95), _over(bench.ours, _p95), None),
            _row(bench, f"frames returned{size}", "1/s", lambda r: r.returned_fps, 29.5, at_most=False),
        ]
    goals = {480: 15.0, 720: 25.0}
    for stage in result.stages:
        width, height = stage.size
        name = f"processing of a frame {width}x{height}, median"
        rows.append(Row(name, "ms", None, stage.median["processing"], goals[height]))
    reference = result.mattes.get(SELFIE)
    rows += [
        Row(f"hair, skin and person {name}, beside selfie", "ms", reference, value, None)
        for name, value in result.mattes.items()
        if name != SELFIE
    ]
    return rows + _photo_rows(result)


def _main_rows(bench: LiveBench) -> list[Row]:
    p50, p95 = _over(bench.echo, _p50), _over(bench.echo, _p95)
    first = _over(bench.echo, lambda r: r.first_frame)
    return [
        Row("glass to glass p50", "ms", p50, _over(bench.ours, _p50), p50 or 0.0),
        Row("glass to glass p95", "ms", p95, _over(bench.ours, _p95), 1.5 * (p95 or 0.0)),
        _row(bench, "frames returned", "1/s", lambda r: r.returned_fps, 29.5, at_most=False),
        _row(bench, "longest gap", "ms", lambda r: r.longest_gap, 200.0),
        _row(bench, "bitrate up, third second", "Mbit/s", lambda r: r.up_3s, 2.0, at_most=False),
        _row(bench, "bitrate down, third second", "Mbit/s", lambda r: r.down_3s, 2.0, at_most=False),
        Row("first processed frame", "ms", first, _over(bench.ours, lambda r: r.first_edit), 1000.0),
    ]


def _photo_rows(result: BenchResult) -> list[Row]:
    rows = []
    for photo in result.photos:
        name = f"photo of 12 megapixels, {photo.engine}"
        rows += [
            Row(f"{name}: first", "s", None, photo.first, None),
            Row(f"{name}: next", "s", None, photo.second, None),
            Row(f"{name}: memory", "MB", None, photo.memory, None),
        ]
    if result.beside is not None:
        name = "frames returned beside photos"
        rows.append(_row(result.beside, name, "1/s", lambda r: r.returned_fps, 28.0, at_most=False))
    return rows


def format_table(rows: Sequence[Row]) -> str:
    """The table, as text."""
    lines = [f"{'measure':42} {'stock echo':>11} {'LiveHair':>9} {'ratio':>6} {'goal':>9}  unit"]
    for row in rows:
        ratio = row.ours / row.reference if row.reference and row.ours is not None else None
        lines.append(
            f"{row.measure:42} {_figure(row.reference):>11} {_figure(row.ours):>9} {_figure(ratio):>6}"
            f" {_goal(row)}  {row.unit:7} {_verdict(row)}".rstrip()
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
        lines.append(f"  beside it, per keyframe at {_size(bench)}: {parts or '-'}; level {bench.level}")
    for live in result.live:
        for label, reports in (("stock echo", live.echo), ("LiveHair", live.ours)):
            lines += [_live_line(label, _size(live), report) for report in reports]
    return "\n".join(lines)


def _live_line(label: str, size: str, report: LatencyReport) -> str:
    cpu = ", ".join(f"{name} {share:.2f}" for name, share in report.cpu.items())
    stages = ", ".join(f"{name} {ms:.1f}" for name, ms in report.stages.items())
    line = (
        f"{label} live {size} ({report.codec}): cores {cpu or '-'}; server stages, mean ms: {stages or '-'}"
    )
    if report.qualities:
        levels = " ".join(str(quality["level"]) for quality in report.qualities)
        last = ", ".join(f"{name} {value}" for name, value in report.qualities[-1].items() if name != "level")
        line += f"; quality level by second: {levels}; at the end: {last}"
    return line


def _goal(row: Row) -> str:
    if row.goal is None:
        return " " * 9
    return f"{'<=' if row.at_most else '>='}{_figure(row.goal):>7}"


def _verdict(row: Row) -> str:
    if row.goal is None:
        return ""
    return "reached" if row.reached else "MISSED"


def _row(
    bench: LiveBench,
    measure: str,
    unit: str,
    figure: Callable[[LatencyReport], float | None],
    goal: float,
    at_most: bool = True,
) -> Row:
    return Row(measure, unit, _over(bench.echo, figure), _over(bench.ours, figure), goal, at_most)


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


def _size(bench: StageBench | LiveBench) -> str:
    return f"{bench.size[0]}x{bench.size[1]}"
