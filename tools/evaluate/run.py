"""All videos, shared between processes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from engines.look import OWN_STYLE, Look
from tools.evaluate.clip import read_clip
from tools.evaluate.evaluation import Outcome, measure
from tools.evaluate.hair_judge import HairJudge
from tools.evaluate.scene import study
from tools.evaluate.skin_tone import skin_tone
from tools.evaluate.synthetic import matte_values, predicted_mattes, synthetic_clip
from tools.fresh_faces import FreshFaces
from tools.studio import Studio

_SYNTHETIC_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: looks by style, `own` in ``color``; the first ``seconds`` of each video. ``judges``:
    where a judge of own hair may lie."""

    styles: tuple[str, ...]
    color: str
    seconds: float
    judges: tuple[Path, ...]

    def looks(self, studio: Studio) -> list[Look]:
        """The looks, checked.

        Raises:
            LiveHairError: one of them is unknown.
        """
        return [studio.look(style, self.color if style == OWN_STYLE else None) for style in self.styles]

    def judge(self) -> HairJudge | None:
        """The first judge there is."""
        return next((found for path in self.judges if (found := HairJudge.beside(path)) is not None), None)


def measure_all(paths: Sequence[Path], plan: Plan, jobs: int) -> list[Outcome]:
    """The outcomes of ``plan`` on ``paths``, in their order, from as many as ``jobs`` processes.

    Raises:
        LiveHairError: saying what is wrong with the looks or the files.
    """
    jobs = max(1, min(jobs, len(paths)))
    if jobs == 1:
        return measure_videos(paths, plan)
    parts = [paths[first::jobs] for first in range(jobs)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        found = pool.map(measure_videos, parts, [plan] * jobs, range(jobs))
        outcomes = [outcome for part in found for outcome in part]
    order = {path.stem: index for index, path in enumerate(paths)}
    return sorted(outcomes, key=lambda outcome: order[outcome.clip])


def measure_videos(paths: Sequence[Path], plan: Plan, line: int = 0) -> list[Outcome]:
    """The outcomes of ``plan`` on ``paths``; progress is drawn on terminal line ``line``.

    Raises:
        LiveHairError: saying what is wrong with the looks or the files.
    """
    studio = Studio()
    looks, judge = plan.looks(studio), plan.judge()
    outcomes = []
    with FreshFaces() as find, tqdm(total=len(paths) * len(looks), unit="pass", position=line) as progress:
        for path in paths:
            scene = study(read_clip(path, plan.seconds), find, judge)
            tone = skin_tone(scene)
            for look in looks:
                progress.set_description(f"{path.stem[:24]} {look.style}")
                values = measure(studio, scene, look, judge)
                label = str(tone) if tone is not None else "–"
                outcomes.append(Outcome(path.stem, name_of(look), label, scene.clip.hair, values))
                progress.update()
    return outcomes


def measure_synthetic() -> Outcome:
    """The own-hair matte of the clip whose matte is known."""
    studio = Studio()
    clip, truth = synthetic_clip(studio, _SYNTHETIC_SECONDS)
    values = matte_values(predicted_mattes(studio, clip), truth)
    return Outcome(clip.name, "matte", "–", "–", values)


def name_of(look: Look) -> str:
    """How tables call ``look``."""
    return look.style if look.color is None else f"{look.style} {look.color}"
