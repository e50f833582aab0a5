"""The tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean, median

from tools.evaluate.evaluation import Outcome
from tools.evaluate.goals import GOALS

_MISS = "*"
_NOTHING = "–"


def missed(outcomes: Sequence[Outcome]) -> list[tuple[Outcome, str]]:
    """Every value on the wrong side of its goal."""
    return [
        (outcome, name)
        for outcome in outcomes
        for name, value in outcome.values.items()
        if name in GOALS and GOALS[name].missed(value)
    ]


def summary(outcomes: Sequence[Outcome], unmeasured: dict[str, str]) -> list[str]:
    """A line for each measure: goal, median and worst value, and how many miss; ``unmeasured`` says why
    there is no value."""
    rows = [["measure", "goal", "median", "worst", "of", "misses", "verdict"]]
    for name, goal in GOALS.items():
        values = [o.values[name] for o in outcomes if name in o.values]
        if not values:
            reason = unmeasured.get(name, "nothing to measure it on")
            rows.append([goal.name, goal.wanted, "n/a", "n/a", "0", _NOTHING, reason])
            continue
        worst = values[0]
        for value in values:
            worst = goal.worse(worst, value)
        misses = sum(goal.missed(value) for value in values)
        shown = [f"{value:.{goal.digits}f}" for value in (median(values), worst)]
        verdict = "MISSED" if misses else "held"
        rows.append([goal.name, goal.wanted, *shown, str(len(values)), str(misses), verdict])
    return table(rows)


def per_clip(outcomes: Sequence[Outcome], style: str) -> list[str]:
    """A line for each clip with ``style`` on; misses carry an asterisk."""
    chosen = [o for o in outcomes if o.style == style]
    names = [name for name in GOALS if any(name in o.values for o in chosen)]
    yaws = any("yaw_least" in o.values for o in chosen)
    header = ["clip", "skin", "hair", *(GOALS[name].name for name in names), *(["yaw held"] if yaws else [])]
    rows = [header]
    for outcome in chosen:
        cells = [_cell(name, outcome.values.get(name)) for name in names]
        rows.append([outcome.clip, outcome.tone, outcome.hair, *cells, *([_yaw(outcome)] if yaws else [])])
    return table(rows)


def per_group(outcomes: Sequence[Outcome], group: Callable[[Outcome], str], title: str) -> list[str]:
    """Means of all values of the clips of each group."""
    names = [name for name in GOALS if any(name in o.values for o in outcomes)]
    rows = [[title, "clips", *(GOALS[name].name for name in names)]]
    for key in sorted({group(o) for o in outcomes} - {_NOTHING}):
        members = [o for o in outcomes if group(o) == key]
        cells = []
        for name in names:
            values = [o.values[name] for o in members if name in o.values]
            cells.append(_cell(name, fmean(values) if values else None))
        rows.append([key, str(len({o.clip for o in members})), *cells])
    return table(rows)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines of aligned columns, a rule below the first."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = ["-" * width for width in widths]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (rows[0], rule, *rows[1:])
    ]


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return _NOTHING
    goal = GOALS[name]
    return f"{value:.{goal.digits}f}{_MISS if goal.missed(value) else ''}"


def _yaw(outcome: Outcome) -> str:
    if "yaw_least" not in outcome.values:
        return _NOTHING
    return f"{outcome.values['yaw_least']:+.0f}..{outcome.values['yaw_most']:+.0f}°"
