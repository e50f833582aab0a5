"""A session's frames: one picture, or several styles, and back."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt

from engines.look import Look
from realtime.settings import GovernorSettings, PipelineSettings
from server.pipeline_processor import PipelineProcessor
from tests.unit.drawn_engine import CapEngine
from tests.unit.moving_face import Placed

U8 = npt.NDArray[np.uint8]

_FACE = Placed(zoom=0.9).frame()


class Camera:
    """Shows one face to a processor, thirty times a second of its own time."""

    def __init__(self, processor: PipelineProcessor) -> None:
        self._processor = processor
        self._index = 0

    def frame(self) -> av.VideoFrame:
        frame = av.VideoFrame.from_ndarray(_FACE, "rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = self._index * 3000, Fraction(1, 90_000)
        self._index += 1
        shown = self._processor.process(frame).frame
        assert (shown.pts, shown.time_base, shown.width, shown.height) == (
            frame.pts,
            frame.time_base,
            640,
            480,
        )
        return shown

    def until(self, wanted: Callable[[U8], bool]) -> None:
        deadline = time.monotonic() + 90.0
        while not wanted(np.asarray(self.frame().to_ndarray(format="rgb24"), np.uint8)):
            assert time.monotonic() < deadline, "the wanted picture never came"
            time.sleep(0.02)


def _violet(rgb: U8) -> npt.NDArray[np.bool_]:
    channels = rgb.astype(int)
    return np.asarray(np.minimum(channels[..., 0], channels[..., 2]) > channels[..., 1] + 60)


def _heads(rgb: U8) -> list[float]:
    """How much of each quarter is violet."""
    violet = _violet(rgb)
    return [
        float(half.mean()) for rows in (violet[:240], violet[240:]) for half in (rows[:, :320], rows[:, 320:])
    ]


def test_four_styles_come_and_the_single_picture_is_back_at_once() -> None:
    processor = PipelineProcessor(CapEngine, PipelineSettings(), Look("afro", "#D010D0"))
    camera = Camera(processor)
    try:
        camera.until(lambda rgb: bool(_violet(rgb).mean() > 0.01))
        processor.four = ("afro", "pixie", "afro", "pixie")
        camera.until(lambda rgb: min(_heads(rgb)) > 0.01)
        processor.four = ()
        single = camera.frame().to_ndarray(format="rgb24")
        background = np.abs(single[:, :40].astype(int) - _FACE[:, :40])
        assert background.mean() < 4, "the whole frame is back"
        camera.until(lambda rgb: bool(_violet(rgb).mean() > 0.01))
    finally:
        processor.close()


def test_large_frames_become_smaller_where_nothing_else_keeps_the_rate() -> None:
    never_quick = GovernorSettings(low=0.05, high=0.06, wait=0.1, grace=0.0)
    processor = PipelineProcessor(CapEngine, PipelineSettings(governor=never_quick), Look("pixie"))
    sizes: dict[tuple[int, int], tuple[int, int]] = {}
    for size in ((1280, 720), (640, 480)):
        for index in range(300):
            frame = av.VideoFrame(*size, "yuv420p")
            frame.pts, frame.time_base = (len(sizes) * 300 + index) * 3000, Fraction(1, 90_000)
            shown = processor.process(frame).frame
        sizes[size] = (shown.width, shown.height)
    processor.close()
    assert sizes == {(1280, 720): (640, 360), (640, 480): (640, 480)}
