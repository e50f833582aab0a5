"""Running the pipeline over clips and measuring what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engines.look import OWN_STYLE, Look
from tools.evaluate.attachment import Attachment
from tools.evaluate.hair_judge import HairJudge
from tools.evaluate.held_clip import hold
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


def measure(studio: Studio, scene: Scene, look: Look, judge: HairJudge | None) -> dict[str, float]:
    """One pass of the live pipeline over the clip, one over a held frame of it, and all values."""
    own = look.style == OWN_STYLE
    measures: list[Measure] = [Preservation(scene)]
    if own:
        measures.append(RecolorQuality(scene, look.hair_color()))
    else:
        measures += [OutlineSteadiness(scene), Residue(scene, judge), Attachment(scene)]
    live = Stillness(scene)
    values = _watched(studio, scene, look, [*measures, live])
    for name in ("jitter", "flicker"):
        if name in values:
            values[f"live_{name}"] = values.pop(name)
    if (held := hold(scene)) is not None:
        values |= _watched(studio, held, look, [Stillness(held), *([] if own else [OutlineSteadiness(held)])])
    return values


def _watched(studio: Studio, scene: Scene, look: Look, measures: list[Measure]) -> dict[str, float]:
    with studio.pipeline(look) as pipeline:
        for index, (rgb, time) in enumerate(scene.clip.frames):
            frame = ShownFrame(index, time, rgb, pipeline.process(rgb.copy(), time))
            for part in measures:
                part.add(frame)
    return {name: value for part in measures for name, value in part.values().items()}
