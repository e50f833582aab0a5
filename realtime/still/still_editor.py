"""A still picture, edited at its full resolution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.look import Look
from realtime.analysis import FrameAnalysis
from realtime.analysis_settings import AnalysisSettings
from realtime.composite.compositor import Compositor
from realtime.frame_result import FrameResult, Notice
from realtime.keyframe_worker import Engine
from realtime.pipeline import FramePipeline
from realtime.recolor.recolor import Recolorer
from realtime.rect import Rect
from realtime.settings import PipelineSettings
from realtime.still.fine_analysis import fine_analysis
from realtime.still.head_region import HeadRegion
from realtime.still.settling_engine import SettlingEngine

U8 = npt.NDArray[np.uint8]

STEPS = 10
"""Steps of an edit, as progress counts them: passes through the pipeline, and the drawing."""
# Passes are so far apart in stream time, seconds: over all of them the landmarks settle, the head's shape is
# fitted and the keyframe that refines the removal of the wearer's own hair is done.
_STEP = 0.25
# The picture that passes go through: px per cm of the head and px along its long side at most.
_SETTLE_SCALE, _SETTLE_SIDE = 18.0, 1440
_SETTINGS = PipelineSettings(analysis=AnalysisSettings(pixels=330_000, plate_pixels=1_000_000))


@dataclass(frozen=True, slots=True)
class SettledPicture:
    """A picture that the pipeline knows.

    ``rgb`` (h, w, 3) uint8: the whole; ``work``: its ``region``. ``result``: of the last pass, with the whole
    picture as it was. ``engine`` has made ``state`` of the look; both are ``None`` for the style "own".
    ``analysis``: for the pixels of ``work``; ``None`` where nothing can be drawn, and ``result`` says why.
    """

    rgb: U8
    work: U8
    region: HeadRegion
    result: FrameResult
    engine: Engine | None = None
    state: Any = None
    analysis: FrameAnalysis | None = None


class StillEditor:
    """Edits pictures, one after the other.

    ``engine_factory`` makes the engine that draws one picture.
    """

    def __init__(self, engine_factory: Callable[[], Engine], settings: PipelineSettings = _SETTINGS) -> None:
        self._factory = engine_factory
        self._settings = settings

    def edit(
        self, rgb: U8, face: Face, look: Look, progress: Callable[[int], None] = lambda done: None
    ) -> FrameResult:
        """``rgb`` (h, w, 3) uint8 sRGB with ``look`` on ``face``, which PortraitFinder found in it.

        Whatever way up the head is, it is edited upright and put back; what does not change is bit-identical.
        The result's ``face`` is ``None`` where the tracker lost it, its ``rect`` where nothing was drawn; its
        ``notices`` say why. ``progress`` is told how many of STEPS are done.
        """
        settled = self.settle(rgb, face, look, progress)
        try:
            return draw_settled(settled, look, settled.engine, settled.state)
        finally:
            if settled.engine is not None:
                settled.engine.close()
            progress(STEPS)

    def settle(
        self, rgb: U8, face: Face, look: Look, progress: Callable[[int], None] = lambda done: None
    ) -> SettledPicture:
        """Everything of :meth:`edit` but the drawing; the caller closes the engine."""
        region = HeadRegion.around(face)
        work = region.cut(rgb)
        small = _settling(work, face.pose.scale / region.zoom)
        notices: dict[str, Notice] = {}
        pipeline = FramePipeline(lambda: SettlingEngine(self._factory()), self._settings, background=False)
        pipeline.look = look
        try:
            for step in range(STEPS - 1):
                result = pipeline.process(small.copy(), step * _STEP)
                notices.update({notice.code: notice for notice in result.notices})
                progress(step + 1)
                if result.face is None and step >= 2:
                    break
            keyframe = pipeline.keyframe
        finally:
            pipeline.close()
        found = result.face and replace(face, shape=result.face.shape, light=result.face.light)
        result = replace(result, rgb=rgb, rect=None, face=found, notices=tuple(notices.values()))
        settled = SettledPicture(rgb, work, region, result)
        if found is None or keyframe is None or "covered-hair" in notices:
            return settled
        size = (work.shape[1], work.shape[0])
        large = keyframe.resized((small.shape[1], small.shape[0]), size) or keyframe
        if large.analysis is None:
            return settled
        analysis = fine_analysis(large.analysis, work, replace(large.face, opacity=1.0))
        engine = large.engine.drawing if isinstance(large.engine, SettlingEngine) else None
        return replace(settled, engine=engine, state=large.state, analysis=analysis)


def draw_settled(settled: SettledPicture, look: Look, engine: Engine | None, state: Any) -> FrameResult:
    """The picture with ``look``, of which ``engine`` has made ``state``; without an engine, the own hair in
    the look's colour."""
    if settled.analysis is None:
        return settled.result
    edited, rect, layer = draw_upright(settled, settled.analysis, look, engine, state)
    region = settled.region
    if layer is not None:
        layer = replace(layer, to_frame=compose_affine(region.to_picture, layer.to_frame))
    if rect is None:
        return replace(settled.result, layer=layer)
    whole, bounds = region.put_back(settled.rgb, settled.work, edited, rect)
    return replace(settled.result, rgb=whole, rect=bounds, layer=layer)


def draw_upright(
    settled: SettledPicture, analysis: FrameAnalysis, look: Look, engine: Engine | None, state: Any
) -> tuple[U8, Rect | None, HairLayer | None]:
    """As :func:`draw_settled`, but the region alone, what may have changed in it, and the hair over it."""
    edited, face = settled.work.copy(), analysis.face
    if engine is None:
        return edited, _recolored(edited, face, analysis, look), None
    layer = engine.render(face, state)
    return edited, Compositor().compose(edited, face, layer, analysis), layer


def _settling(work: U8, scale: float) -> U8:
    """``work``, whose head has ``scale`` px per cm, no larger than passes need."""
    height, width = work.shape[:2]
    shrink = min(1.0, _SETTLE_SCALE / scale, _SETTLE_SIDE / max(width, height))
    size = (max(16, round(width * shrink)), max(16, round(height * shrink)))
    return (
        work if shrink == 1.0 else np.asarray(cv2.resize(work, size, interpolation=cv2.INTER_AREA), np.uint8)
    )


def _recolored(rgb: U8, face: Face, analysis: FrameAnalysis, look: Look) -> Rect | None:
    """The own hair in ``rgb`` recoloured, in place."""
    if look.color is None:
        return None
    color = look.hair_color()
    return Recolorer().apply(rgb, face, analysis, color, look.dye, look.coverage)
