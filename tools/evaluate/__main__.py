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
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from engines.look import OWN_STYLE, Look
from tools.arguments import run_tool
from tools.evaluate.clip import read_clip, video_paths
from tools.evaluate.evaluation import Outcome, measure
from tools.evaluate.hair_judge import HairJudge
from tools.evaluate.report import missed, per_clip, per_group, summary
from tools.evaluate.scene import study
from tools.evaluate.skin_tone import skin_tone
from tools.evaluate.synthetic import matte_values, predicted_mattes, synthetic_clip
from tools.fresh_faces import FreshFaces
from tools.studio import Studio

_SYNTHETIC_SECONDS = 4.0
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
    jobs = max(1, min(options.jobs, len(paths)))
    parts = [paths[first::jobs] for first in range(jobs)]
    if jobs == 1:
        outcomes = measure_videos(paths, options)
    else:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            found = pool.map(measure_videos, parts, [options] * jobs, range(jobs))
            outcomes = [outcome for part in found for outcome in part]
    outcomes.sort(key=lambda outcome: [path.stem for path in paths].index(outcome.clip))
    if not options.no_synthetic:
        outcomes.append(measure_synthetic(Studio()))
    unmeasured = {"identity": _NO_IDENTITY}
    if find_judge(options.videos) is None:
        unmeasured |= dict.fromkeys(_JUDGED, _NO_JUDGE)
    return outcomes, unmeasured


def measure_videos(paths: Sequence[Path], options: argparse.Namespace, line: int = 0) -> list[Outcome]:
    """The outcomes of every look on ``paths``; progress is drawn on terminal line ``line``.

    Raises:
        LiveHairError: saying what is wrong with the arguments or the files.
    """
    studio = Studio()
    looks = [studio.look(style, options.color if style == OWN_STYLE else None) for style in options.styles]
    judge = find_judge(options.videos)
    outcomes = []
    with FreshFaces() as find, tqdm(total=len(paths) * len(looks), unit="pass", position=line) as progress:
        for path in paths:
            scene = study(read_clip(path, options.seconds), find, judge)
            tone = skin_tone(scene)
            for look in looks:
                progress.set_description(f"{path.stem[:24]} {look.style}")
                values = measure(studio, scene, look, judge)
                label = str(tone) if tone is not None else "–"
                outcomes.append(Outcome(path.stem, name_of(look), label, scene.clip.hair, values))
                progress.update()
    return outcomes


def measure_synthetic(studio: Studio) -> Outcome:
    """The own-hair matte of the clip whose matte is known."""
    clip, truth = synthetic_clip(studio, _SYNTHETIC_SECONDS)
    values = matte_values(predicted_mattes(studio, clip), truth)
    return Outcome(clip.name, "matte", "–", "–", values)


def find_judge(given: Sequence[Path]) -> HairJudge | None:
    """The judge beside the first of ``given`` that has one."""
    return next((judge for path in given if (judge := HairJudge.beside(path)) is not None), None)


def name_of(look: Look) -> str:
    """How tables call ``look``."""
    return look.style if look.color is None else f"{look.style} {look.color}"


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
