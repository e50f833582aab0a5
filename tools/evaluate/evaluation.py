"""Running the pipeline over clips and measuring what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engines.look import OWN_STYLE, Look
from tools.evaluate.attachment import Attachment
from tools.evaluate.hair_judge import HairJudge
from tools.evaluate.preservation import Preservation
from tools.evaluate.recolor_quality import RecolorQuality
from tools.evaluate.residue import Residue
from tools.evaluate.scene import Scene
from tools.evaluate.shown_frame import ShownFrame
from tools.evaluate.steadiness import OutlineSteadiness
from tools.evaluate.stillness import Stillness
from tools.studio import Studio


class Measure(Protocol):
    """Something that looks at every frame and has values in the end."""

    def add(self, frame: ShownFrame) -> None:
        """Take a frame into account; frames come in order."""

    def values(self) -> dict[str, float]:
        """The values by the measures' ids; without those that could not be measured."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured of a look on a clip. ``tone``: the skin's, in words; ``hair``: the own hair's."""

    clip: str
    style: str
    tone: str
    hair: str
    values: dict[str, float]


def measures_of(scene: Scene, look: Look, judge: HairJudge | None) -> list[Measure]:
    """What applies to ``look``."""
    common: list[Measure] = [Preservation(scene), Stillness(scene)]
    if look.style == OWN_STYLE:
        return [*common, RecolorQuality(scene, look.hair_color())]
    return [*common, OutlineSteadiness(scene), Residue(scene, judge), Attachment(scene)]


def measure(studio: Studio, scene: Scene, look: Look, judge: HairJudge | None) -> dict[str, float]:
    """One pass of the live pipeline over the clip, and all values."""
    measures = measures_of(scene, look, judge)
    with studio.pipeline(look) as pipeline:
        for index, (rgb, time) in enumerate(scene.clip.frames):
            frame = ShownFrame(index, time, rgb, pipeline.process(rgb.copy(), time))
            for part in measures:
                part.add(frame)
    return {name: value for part in measures for name, value in part.values().items()}
