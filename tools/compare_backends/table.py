"""The tables of ``tools.compare_backends``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.compare_backends.measure import Measurement

FRAMES_PER_SECOND = 30


def format_comparison(
    graph: str, rows: Sequence[Measurement], users: Sequence[int], price_per_hour: float
) -> str:
    """One graph, every way to run it."""
    fidelity = next((list(row.fidelity) for row in rows if row.fidelity), [])
    head = (
        f"{graph:20}{'ms':>9}{'req/s':>9}"
        + "".join(f"{f'{n} users':>17}" for n in users)
        + f"{'MB':>9}"
        + "".join(f"{name:>15}" for name in fidelity)
        + f"{'1000 req':>11}{'stream-h':>11}"
    )
    lines = [head]
    for row in rows:
        if row.lack is not None:
            lines.append(f"{row.label:20}  not run: {row.lack}")
            continue
        per_request = price_per_hour / 3600 / row.requests_per_second
        lines.append(
            f"{row.label:20}{row.milliseconds:9.2f}{row.requests_per_second:9.1f}"
            + "".join(f"{_response(row, index):>17}" for index in range(len(users)))
            + f"{row.megabytes:9.1f}"
            + "".join(f"{row.fidelity[name]:15.6g}" for name in fidelity)
            + f"{per_request * 1000:11.5f}{per_request * 3600 * FRAMES_PER_SECOND:11.3f}"
        )
    timeouts = sum(load.timeouts for row in rows for load in row.loads)
    lines.append(f"{'':20}  requests given up: {timeouts}")
    return "\n".join(lines)


def format_graphs(
    graphs: Mapping[str, Sequence[Measurement]], flops: Mapping[str, float], teraflops: float | None
) -> str:
    """Many graphs: milliseconds, relative error to fp32, and, where ``teraflops`` says how fast the device
    calculates at most, the floor that this sets and how many times as long every run took."""
    labels = [row.label for row in next(iter(graphs.values()))]
    ran = [label for i, label in enumerate(labels) if any(rows[i].lack is None for rows in graphs.values())]
    head = f"{'graph':18}{'GFLOP':>9}{'floor ms' if teraflops else '':>10}"
    lines = [head + "".join(f"{label:>27}" for label in ran)]
    for name, rows in graphs.items():
        floor = flops[name] / teraflops / 1e9 if teraflops else None
        cells = "".join(f"{_cell(row, floor):>27}" for row in rows if row.label in ran)
        lines.append(f"{name:18}{flops[name] / 1e9:9.1f}{'' if floor is None else f'{floor:.3f}':>10}{cells}")
    for index, label in enumerate(labels):
        reasons = {
            str(rows[index].lack).replace(name, "NAME") for name, rows in graphs.items() if rows[index].lack
        }
        lines += [f"{label}: not run: {reason}" for reason in sorted(reasons)]
    return "\n".join(lines)


def _cell(row: Measurement, floor: float | None) -> str:
    if row.lack is not None:
        return "-"
    times = "" if floor is None else f" {row.milliseconds / floor:.1f}x"
    return f"{row.milliseconds:.3f}{times} ({row.error:.0e})"


def _response(row: Measurement, index: int) -> str:
    """Median / 95th percentile of the response time, ms."""
    load = row.loads[index]
    median, p95 = (
        f"{'>' if bound else ''}{value:.0f}"
        for value, bound in ((load.median_ms, load.median_is_bound), (load.p95_ms, load.p95_is_bound))
    )
    return f"{median} / {p95}"
