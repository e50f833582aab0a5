"""How real and how steady the picture is: every goal, over videos of people.

Each video goes through the live pipeline once for every look, keyframes made on the frame that orders them;
all measures are taken from the same pass. Styles show removal, steadiness and fit; the look `own` in a
colour shows recolouring. What own hair is, is judged by a network that the pipeline does not use: the one in
the folder `teacher` beside the videos; without it what needs a judge is not measured. A synthetic clip, whose
matte is known, is added.

The formulas and their sources are in the docstrings of the modules of tools/evaluate. A value that misses its
goal carries an asterisk.

Exit status: 0 all goals held, 1 one was missed, 2 with a sentence where nothing could be measured.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from engines.look import OWN_STYLE
from tools.arguments import run_tool
from tools.evaluate.clip import video_paths
from tools.evaluate.evaluation import Outcome
from tools.evaluate.report import missed, per_clip, per_group, summary
from tools.evaluate.run import Plan, measure_all, measure_synthetic
from tools.studio import Studio

_JUDGED = ("psnr", "residue", "delta_e", "detail", "spill", "background")
_NO_JUDGE = "no hair network to judge by: a folder `teacher` beside the videos, and PyTorch"
_NO_IDENTITY = "no face recognition network is installed, and none is downloaded"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Example: python -m tools.evaluate ~/videos --styles pixie own --seconds 4",
    )
    add = options.add_argument
    add("videos", nargs="+", type=Path, metavar="FIXTURES", help="folders of videos, or video files")
    add("--only", nargs="+", metavar="TEXT", help="only videos whose name contains one of these")
    add("--styles", nargs="+", default=["c-curl-bob", "pixie", OWN_STYLE], metavar="ID",
        help="looks; 'own' is recolouring (default: c-curl-bob pixie own)")  # fmt: skip
    add("--color", default="F3", metavar="ID", help="colour of the look 'own' (default %(default)s)")
    add("--seconds", type=float, default=5.0, metavar="S", help="of each video (default %(default)s)")
    add("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (default: all cores)")
    add("--no-synthetic", action="store_true", help="leave the clip with the known matte out")
    add("--json", type=Path, metavar="F", help="write every value")
    return options


def evaluate(options: argparse.Namespace) -> tuple[list[Outcome], dict[str, str]]:
    """All outcomes, and why measures have none.

    Raises:
        LiveHairError: saying what is wrong with the arguments or the files.
    """
    paths = video_paths(options.videos)
    if options.only:
        paths = [path for path in paths if any(text in path.stem for text in options.only)]
    plan = Plan(tuple(options.styles), options.color, options.seconds, tuple(options.videos))
    plan.looks(Studio())
    outcomes = measure_all(paths, plan, options.jobs)
    if not options.no_synthetic:
        outcomes.append(measure_synthetic())
    unmeasured = {"identity": _NO_IDENTITY}
    if plan.judge() is None:
        unmeasured |= dict.fromkeys(_JUDGED, _NO_JUDGE)
    return outcomes, unmeasured


def report(outcomes: Sequence[Outcome], unmeasured: dict[str, str]) -> list[str]:
    """Everything that is printed."""
    people = [outcome for outcome in outcomes if outcome.tone != "–"]
    lines: list[str] = []
    for style in dict.fromkeys(outcome.style for outcome in outcomes):
        lines += [f"== {style}", *per_clip(outcomes, style), ""]
    if people:
        lines += ["== by skin tone (as lit)", *per_group(people, lambda o: o.tone.split(",")[0], "skin"), ""]
        lines += ["== by hair", *per_group(people, lambda o: o.hair, "hair"), ""]
    return [*lines, "== goals", *summary(outcomes, unmeasured), *_yaw_range(people)]


def _yaw_range(people: Sequence[Outcome]) -> list[str]:
    least = [o.values["yaw_least"] for o in people if "yaw_least" in o.values]
    most = [o.values["yaw_most"] for o in people if "yaw_most" in o.values]
    if not least:
        return []
    return [f"yaw held: {min(least):+.0f}° to {max(most):+.0f}° (wanted ±60°, as far as these heads turn)"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        LiveHairError: saying what is wrong with the arguments or the files.
    """
    options = parser().parse_args(arguments)
    outcomes, unmeasured = evaluate(options)
    print("\n".join(report(outcomes, unmeasured)))
    if options.json:
        record = {"unmeasured": unmeasured, "outcomes": [asdict(outcome) for outcome in outcomes]}
        options.json.write_text(json.dumps(record, indent=1, ensure_ascii=False))
    return 1 if missed(outcomes) else 0


if __name__ == "__main__":
    run_tool(main)
