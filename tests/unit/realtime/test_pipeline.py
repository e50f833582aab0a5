"""A frame through tracking, keyframes, engine and compositor."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from engines.look import Look
from realtime.frame_result import FrameResult
from realtime.pipeline import FramePipeline
from realtime.settings import PipelineSettings
from tests.unit.drawn_engine import CapEngine
from tests.unit.moving_face import Placed

U8 = npt.NDArray[np.uint8]

FPS = 30.0
FACE = Placed().frame()
EMPTY = np.full((480, 640, 3), 170, np.uint8)
RED, BLUE = Look("pixie", "#C02020"), Look("pixie", "#2020C0")

Make = Callable[..., FramePipeline]


class Stream:
    """Feeds frames at 30 a second of stream time."""

    def __init__(self, pipeline: FramePipeline) -> None:
        self.pipeline = pipeline
        self.time = 0.0

    def show(self, rgb: U8, count: int = 1) -> FrameResult:
        for _ in range(count):
            result = self.pipeline.process(rgb.copy(), self.time)
            self.time += 1 / FPS
        return result

    def until(self, rgb: U8, wanted: Callable[[FrameResult], bool], patience: float = 10.0) -> FrameResult:
        """Frames at the pace of a camera until one is as wanted."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            result = self.show(rgb)
            if wanted(result):
                return result
            time.sleep(0.02)
        raise AssertionError("the wanted frame never came")


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[FramePipeline] = []

    def build(
        factory: Callable[[], CapEngine] = CapEngine, *, background: bool = False, **changes: Any
    ) -> FramePipeline:
        made.append(FramePipeline(factory, replace(PipelineSettings(), **changes), background=background))
        made[-1].look = RED
        return made[-1]

    yield build
    for pipeline in made:
        pipeline.close()


def _crown(result: FrameResult) -> tuple[float, float, float]:
    """The mean colour on the crown of the head."""
    assert result.face is not None
    x, y = result.face.pose.project((0.0, 10.5, 0.0))[:2].astype(int)
    red, green, blue = result.rgb[y - 4 : y + 5, x - 4 : x + 5].reshape(-1, 3).mean(axis=0)
    return float(red), float(green), float(blue)


def _codes(result: FrameResult) -> list[str]:
    return [notice.code for notice in result.notices]


def test_hair_is_drawn_on_the_first_frame_of_a_file(make: Make) -> None:
    result = Stream(make()).show(FACE)
    red, _, blue = _crown(result)
    assert red > blue + 40
    assert result.keyframe_reason == "first"
    assert result.layer is not None
    assert {"track", "render", "composite", "total", "prepare", "analyze", "keyframe"} <= set(result.timings)
    assert all(value >= 0.0 for value in result.timings.values())


def test_only_the_rectangle_is_touched(make: Make) -> None:
    result = Stream(make()).show(FACE)
    assert result.rect is not None
    outside = np.ones(FACE.shape[:2], bool)
    outside[result.rect.top : result.rect.bottom, result.rect.left : result.rect.right] = False
    np.testing.assert_array_equal(result.rgb[outside], FACE[outside])
    assert not np.array_equal(result.rgb, FACE)


def test_live_frames_never_wait_for_a_look_being_prepared(make: Make) -> None:
    gate = threading.Event()
    engine = CapEngine(gate=gate)
    stream = Stream(make(lambda: engine, background=True))
    begin = time.monotonic()
    for _ in range(5):
        assert stream.show(FACE).rect is None
    assert time.monotonic() - begin < 2.0
    gate.set()
    result = stream.until(FACE, lambda result: result.layer is not None)
    assert _crown(result)[0] > _crown(result)[2] + 40
    assert {"prepare", "analyze", "keyframe"} & set(result.timings)
    assert "keyframes" in engine.threads


def test_the_old_look_stays_while_a_new_style_is_prepared(make: Make) -> None:
    gate = threading.Event()
    gate.set()
    stream = Stream(make(lambda: CapEngine(gate=gate), background=True))
    stream.until(FACE, lambda result: result.layer is not None)
    gate.clear()
    stream.pipeline.look = replace(BLUE, style="afro")
    for _ in range(5):
        assert _crown(stream.show(FACE))[0] > 80
        time.sleep(0.01)
    gate.set()
    stream.until(FACE, lambda result: _crown(result)[2] > 80)


def test_a_new_colour_shows_within_two_frames_of_a_live_stream(make: Make) -> None:
    stream = Stream(make(background=True))
    stream.until(FACE, lambda result: result.layer is not None)
    # Wait until no keyframe is under way: an analysis in the worker would come first.
    time.sleep(0.3)
    stream.show(FACE)
    stream.pipeline.look = BLUE
    stream.show(FACE)
    time.sleep(1 / FPS)
    assert _crown(stream.show(FACE))[2] > 80


def test_a_new_colour_needs_no_new_analysis(make: Make) -> None:
    stream = Stream(make())
    stream.show(FACE, 2)
    stream.pipeline.look = BLUE
    result = stream.show(FACE)
    assert result.keyframe_reason == "look"
    assert "analyze" not in result.timings
    assert _crown(result)[2] > _crown(result)[0] + 40


def test_a_look_seen_before_is_not_prepared_again(make: Make) -> None:
    engine = CapEngine()
    stream = Stream(make(lambda: engine))
    for look in (RED, BLUE, RED, BLUE):
        stream.pipeline.look = look
        stream.show(FACE)
    assert engine.calls.count("prepare") == 2


def test_prepared_looks_are_bounded(make: Make) -> None:
    engine = CapEngine()
    stream = Stream(make(lambda: engine, prepared_looks=2))
    for look in (RED, BLUE, Look("pixie", "#20C020"), RED):
        stream.pipeline.look = look
        stream.show(FACE)
    assert engine.calls.count("prepare") == 4


def test_own_style_recolours_without_the_engine(make: Make) -> None:
    engine = CapEngine()
    stream = Stream(make(lambda: engine))
    stream.pipeline.look = Look("own", "#2020C0")
    result = stream.show(FACE)
    assert result.rect is not None
    assert result.layer is None
    assert engine.calls == []
    changed = np.abs(result.rgb.astype(int) - FACE).max(axis=2) > 12
    assert result.face is not None
    rows = np.nonzero(changed.any(axis=1))[0]
    assert rows.min() < result.face.pose.translation[1]


def test_own_style_without_a_colour_leaves_the_frame_alone(make: Make) -> None:
    stream = Stream(make())
    stream.pipeline.look = Look()
    result = stream.show(FACE, 3)
    assert result.rect is None
    np.testing.assert_array_equal(result.rgb, FACE)


def test_from_a_style_to_own_hair_and_back(make: Make) -> None:
    stream = Stream(make())
    stream.show(FACE)
    stream.pipeline.look = Look("own")
    np.testing.assert_array_equal(stream.show(FACE).rgb, FACE)
    stream.pipeline.look = RED
    assert stream.show(FACE).layer is not None


def test_no_face_is_said_once_and_frames_pass_untouched(make: Make) -> None:
    stream = Stream(make())
    codes = []
    for _ in range(60):
        result = stream.show(EMPTY)
        codes += _codes(result)
        assert result.rect is None
        np.testing.assert_array_equal(result.rgb, EMPTY)
    assert codes == ["no-face"]
    result = stream.show(FACE)
    assert _codes(result) == ["face-found"]
    assert result.notices[0].message


def test_a_short_loss_is_no_notice(make: Make) -> None:
    stream = Stream(make())
    stream.show(FACE, 5)
    assert not any(_codes(stream.show(EMPTY)) for _ in range(6))
    assert _codes(stream.show(FACE)) == []


def test_hair_fades_out_with_a_lost_face(make: Make) -> None:
    stream = Stream(make())
    stream.show(FACE, 5)
    drawn = [int(np.abs(stream.show(EMPTY).rgb.astype(int) - EMPTY).max()) for _ in range(30)]
    assert drawn[3] > 60
    assert drawn[-1] == 0
    assert any(0 < value < drawn[3] for value in drawn)


@pytest.mark.parametrize("call", ["render", "keyframe", "prepare"])
def test_a_crash_in_the_engine_is_survived(make: Make, call: str) -> None:
    good, bad = CapEngine(), CapEngine(fail=frozenset({call}))
    engines = [good, bad, CapEngine()]
    stream = Stream(make(lambda: engines.pop(0)))
    healthy = stream.show(FACE, 3)
    good.fail = frozenset({call})
    stream.pipeline.look = BLUE
    broken = stream.show(FACE)
    assert _codes(broken) == ["engine-restarted"]
    np.testing.assert_array_equal(broken.rgb, healthy.rgb)
    stream.show(FACE, 60)
    assert good.calls[-1] == bad.calls[-1] == "close"
    assert _crown(stream.show(FACE))[2] > 80


def test_a_crash_before_any_good_frame_shows_the_camera(make: Make) -> None:
    result = Stream(make(lambda: CapEngine(fail=frozenset({"render"})))).show(FACE)
    assert _codes(result) == ["engine-restarted"]
    assert result.rect is None
    np.testing.assert_array_equal(result.rgb, FACE)


def test_an_engine_that_always_fails_is_not_restarted_all_the_time(make: Make) -> None:
    made = []

    def factory() -> CapEngine:
        made.append(CapEngine(fail=frozenset({"keyframe"})))
        return made[-1]

    stream = Stream(make(factory))
    codes = []
    for _ in range(300):
        result = stream.show(FACE)
        codes += _codes(result)
    assert 3 <= len(made) <= 8
    assert len(codes) == len(made)
    np.testing.assert_array_equal(result.rgb, FACE)
    stream.pipeline.close()
    assert all("close" in engine.calls for engine in made)


def test_an_engine_that_cannot_be_made_is_a_notice(make: Make) -> None:
    def factory() -> CapEngine:
        raise OSError("no such device")

    result = Stream(make(factory, background=True)).until(FACE, lambda result: bool(result.notices))
    assert _codes(result) == ["engine-restarted"]


def test_a_style_the_engine_does_not_know_is_refused_once_and_the_old_look_stays(make: Make) -> None:
    engine = CapEngine()
    stream = Stream(make(lambda: engine))
    stream.show(FACE, 2)
    stream.pipeline.look = Look("nonsense", "#2020C0")
    result = stream.show(FACE)
    assert _codes(result) == ["unknown-style"]
    codes = [code for _ in range(90) for code in _codes(stream.show(FACE))]
    assert codes == []
    assert _crown(stream.show(FACE))[0] > 80
    assert "close" not in engine.calls
    stream.pipeline.look = BLUE
    assert _crown(stream.show(FACE))[2] > 80


@pytest.mark.parametrize("size", [(320, 240), (641, 479), (360, 640)])
def test_another_size_in_mid_stream_goes_on(make: Make, size: tuple[int, int]) -> None:
    stream = Stream(make())
    stream.show(FACE, 3)
    other = Placed(zoom=1.3 * min(size) / 480).frame(*size)
    result = stream.show(other, 10)
    assert result.rgb.shape == other.shape
    assert result.layer is not None
    assert _codes(result) == []


@pytest.mark.parametrize("look", [RED, Look("own", "#2020C0")])
def test_hair_stays_when_only_the_resolution_changes(make: Make, look: Look) -> None:
    stream = Stream(make(background=True))
    stream.pipeline.look = look
    stream.until(FACE, lambda result: result.rect is not None)
    large, small = Placed(zoom=2.7).frame(1280, 960), Placed(zoom=0.675).frame(320, 240)
    for frame in (large, small, FACE):
        result = stream.show(frame)
        assert result.face is not None
        assert result.face.opacity == 1.0
        assert result.rect is not None
        assert abs(result.rect.right - result.rect.left) > 0.2 * frame.shape[1]


def test_comparing_leaves_the_left_half_untouched(make: Make) -> None:
    stream = Stream(make())
    stream.pipeline.compare = True
    result = stream.show(FACE)
    np.testing.assert_array_equal(result.rgb[:, :320], FACE[:, :320])
    assert not np.array_equal(result.rgb[:, 320:], FACE[:, 320:])
    assert result.rect is not None
    assert result.rect.left >= 320


def test_the_kept_strip_stays_untouched(make: Make) -> None:
    stream = Stream(make(keep_strip=300))
    result = stream.show(FACE)
    np.testing.assert_array_equal(result.rgb[180:], FACE[180:])
    assert result.rect is not None
    assert result.rect.bottom <= 180


def test_two_pipelines_share_nothing(make: Make) -> None:
    one, other = Stream(make()), Stream(make())
    other.pipeline.look = BLUE
    for _ in range(3):
        red, blue = one.show(FACE), other.show(FACE)
    assert _crown(red)[0] > _crown(red)[2] + 40
    assert _crown(blue)[2] > _crown(blue)[0] + 40


def test_closing_ends_the_thread_and_the_engine(make: Make) -> None:
    engine = CapEngine()
    before = threading.active_count()
    stream = Stream(make(lambda: engine, background=True))
    stream.until(FACE, lambda result: result.layer is not None)
    stream.pipeline.close()
    stream.pipeline.close()
    assert engine.calls[-1] == "close"
    assert not [thread for thread in threading.enumerate() if thread.name == "keyframes"]
    assert threading.active_count() <= before + 1


def test_tracking_that_breaks_is_started_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream(make())
    stream.show(FACE, 2)

    def broken(rgb: U8, time: float) -> None:
        raise RuntimeError("graph error")

    monkeypatch.setattr(stream.pipeline._tracker._tracker, "track", broken)
    assert stream.show(FACE).rgb.shape == FACE.shape
    assert stream.show(FACE, 30).layer is not None


def test_a_clock_that_begins_anew_does_not_freeze_the_hair(make: Make) -> None:
    stream = Stream(make())
    stream.time = 500.0
    stream.show(FACE, 5)
    stream.time = 0.0
    moved = Placed(x=60).frame()
    first, last = stream.show(moved), stream.show(moved, 10)
    assert first.keyframe_reason == "first"
    assert first.face is not None
    assert last.face is not None
    assert last.face.pose.translation[0] == pytest.approx(first.face.pose.translation[0], abs=2.0)
    assert last.face.opacity == 1.0
    assert last.layer is not None


def test_a_stream_that_stalls_for_seconds_goes_on(make: Make) -> None:
    stream = Stream(make())
    stream.show(FACE, 5)
    stream.time += 5.0
    result = stream.show(Placed(x=-80, y=20).frame())
    assert result.layer is not None
    assert _codes(result) == []


def test_a_moving_head_is_analysed_less_often_than_it_is_keyframed(make: Make) -> None:
    stream = Stream(make())
    results = [stream.show(Placed(x=-150 + 5 * index).frame()) for index in range(60)]
    ordered = [result for result in results if result.keyframe_reason]
    analysed = [result for result in results if "analyze" in result.timings]
    assert {result.keyframe_reason for result in ordered} >= {"first", "moved"}
    assert 2 <= len(analysed) < len(ordered)


def test_a_frame_slightly_out_of_order_disturbs_nothing(make: Make) -> None:
    stream = Stream(make())
    stream.show(FACE, 5)
    stream.time -= 3 / FPS
    result = stream.show(FACE, 2)
    assert result.layer is not None
    assert result.face is not None
    assert result.face.opacity == 1.0


def test_the_kept_strip_is_live_even_when_the_last_good_frame_is_shown(make: Make) -> None:
    engine = CapEngine()
    stream = Stream(make(lambda: engine, keep_strip=40))
    stream.show(FACE, 3)
    engine.fail = frozenset({"render"})
    marked = FACE.copy()
    marked[440:] = 7
    result = stream.show(marked)
    assert _codes(result) == ["engine-restarted"]
    np.testing.assert_array_equal(result.rgb[440:], marked[440:])
    assert not np.array_equal(result.rgb[:440], FACE[:440])
