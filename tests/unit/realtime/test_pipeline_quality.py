"""What the pipeline asks of engines, and when."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.look import Look
from engines.quality import Quality
from realtime.governor import LEVELS
from realtime.pipeline import FramePipeline
from realtime.settings import PipelineSettings
from tests.unit.drawn_engine import Cap, CapEngine
from tests.unit.moving_face import Placed

FACE = Placed().frame()
INTERVAL = 0.1


class ModestEngine(CapEngine):
    """Takes as long for a frame as the quality asked for is worth: more than the interval for the best."""

    def __init__(self) -> None:
        super().__init__()
        self.quality = Quality()
        self.asked: list[Quality] = []
        self.load = 1.2 * INTERVAL

    def render(self, face: Face, keyframe: Cap) -> HairLayer | None:
        self.asked.append(self.quality)
        time.sleep(self.load * self.quality.strands * self.quality.pixels**2)
        return super().render(face, keyframe)


def watched(engine: CapEngine, frames: int, *, background: bool, motion: bool = True) -> list[Quality]:
    """The quality of the first ``frames`` frames with hair from ``engine``."""
    settings = replace(PipelineSettings(), motion=motion)
    pipeline = FramePipeline(lambda: engine, settings, background=background)
    pipeline.look = Look("pixie", "#C02020")
    qualities: list[Quality] = []
    try:
        for index in range(1000):
            result = pipeline.process(FACE.copy(), index * INTERVAL)
            if result.layer is not None:
                qualities.append(result.quality)
            if len(qualities) == frames:
                return qualities
        raise AssertionError("hair never came")
    finally:
        pipeline.close()


def test_a_slow_machine_is_asked_for_less_and_the_result_says_so() -> None:
    engine = ModestEngine()
    shown = watched(engine, 40, background=True)
    assert shown[0] == LEVELS[0]
    assert shown[-1].level > 0
    assert engine.asked[-1] == shown[-1]
    assert shown[-1].strands < 0.95


def test_files_are_drawn_as_well_as_can_be() -> None:
    engine = ModestEngine()
    assert set(watched(engine, 15, background=False)) == {Quality()}


@pytest.mark.parametrize("motion", [True, False])
def test_whether_hair_swings_is_a_setting(motion: bool) -> None:
    engine = ModestEngine()
    engine.load = 0.0
    watched(engine, 3, background=False, motion=motion)
    assert {quality.motion for quality in engine.asked} == {motion}


def test_engines_that_know_no_quality_are_left_alone() -> None:
    engine = CapEngine()
    assert len(watched(engine, 3, background=False)) == 3
    assert not hasattr(engine, "quality")
