"""Warming up: ready when done, said when failed, stopped when asked."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import av
import pytest

from engines.look import Look
from engines.strands.engine import StrandEngine
from engines.strands.library import StrandLibrary
from realtime.pipeline import FramePipeline
from server.frame_processor import ProcessedFrame
from server.warmup import Warmup
from server.warmup_frames import _face_picture, process_warmup_frames
from tests.loopback.fake_processor import FakeProcessor


async def settled(warmup: Warmup) -> None:
    await asyncio.to_thread(warmup._thread.join, 10)


async def test_ready_after_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    warmup = Warmup(lambda stopped: None)
    before = warmup.ready
    warmup.start()
    await settled(warmup)
    assert (before, warmup.ready) == (False, True)
    assert "Ready after" in capsys.readouterr().out


async def test_a_failure_is_said_and_never_ready(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(stopped: Callable[[], bool]) -> None:
        raise RuntimeError("no model")

    warmup = Warmup(fail)
    warmup.start()
    await settled(warmup)
    assert not warmup.ready
    assert warmup.error == "Warming up failed: no model"
    assert "no model" in capsys.readouterr().err


async def test_closing_stops_the_work() -> None:
    def work(stopped: Callable[[], bool]) -> None:
        while not stopped():
            time.sleep(0.01)

    warmup = Warmup(work)
    warmup.start()
    begin = time.monotonic()
    await warmup.close()
    assert time.monotonic() - begin < 1.0
    assert not warmup.ready


async def test_ready_before_what_comes_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    begun, ready = asyncio.Event(), False
    loop = asyncio.get_running_loop()

    def afterwards(stopped: Callable[[], bool]) -> None:
        loop.call_soon_threadsafe(begun.set)
        while not stopped():
            time.sleep(0.005)

    warmup = Warmup(lambda stopped: None, afterwards)
    warmup.start()
    await asyncio.wait_for(begun.wait(), 5)
    ready = warmup.ready
    await warmup.close()
    assert ready
    assert not warmup._thread.is_alive()


async def test_what_comes_afterwards_waits_while_somebody_is_there() -> None:
    there, steps = threading.Event(), []
    there.set()
    asked = threading.Event()

    def busy() -> bool:
        asked.set()
        return there.is_set()

    def afterwards(stopped: Callable[[], bool]) -> None:
        if not stopped():
            steps.append("one")

    warmup = Warmup(lambda stopped: None, afterwards, busy)
    warmup.start()
    await asyncio.to_thread(asked.wait, 5)
    waited = not steps
    there.clear()
    await settled(warmup)
    assert waited
    assert steps == ["one"]


async def test_a_failure_afterwards_leaves_the_server_ready(caplog: pytest.LogCaptureFixture) -> None:
    def fail(stopped: Callable[[], bool]) -> None:
        raise RuntimeError("no style")

    warmup = Warmup(lambda stopped: None, fail)
    warmup.start()
    await settled(warmup)
    assert warmup.ready
    assert warmup.error is None
    assert "when it is asked for" in caplog.text


def test_on_the_drawn_face_hair_is_drawn_and_own_hair_removed() -> None:
    library = StrandLibrary()
    pipeline = FramePipeline(lambda: StrandEngine(library), background=False)
    pipeline.look = Look("c-curl-bob", "N5")
    results = [pipeline.process(_face_picture(), index / 30) for index in range(2)]
    analysis = pipeline.analysis
    pipeline.close()
    assert results[-1].layer is not None
    assert results[-1].rect is not None
    assert analysis is not None
    assert analysis.removal.extent is not None


class LateProcessor(FakeProcessor):
    """Draws each look three frames after it was set, as keyframes come late."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.drawn: list[Look] = []
        self._wanted: list[Look] = []

    def process(self, frame: av.VideoFrame) -> ProcessedFrame:
        self._wanted.append(self.look)
        look = self._wanted[max(len(self._wanted) - 4, 0)]
        self.drawn.append(look)
        timings = {"analyze": 1.0, "prepare": 1.0} if len(self._wanted) % 3 == 0 else {}
        return ProcessedFrame(frame, timings=timings, look=look)


def test_every_style_is_drawn_before_the_server_is_ready() -> None:
    made: list[LateProcessor] = []

    def make(look: Look) -> LateProcessor:
        made.append(LateProcessor(look))
        return made[-1]

    process_warmup_frames(make, frozenset({"afro", "own", "pixie"}), lambda: False)
    drawn = [look.style for look in made[0].drawn]
    # Each twice: the second frame of a keyframe does what the first does not.
    assert {style: drawn.count(style) >= 2 for style in ("afro", "own", "pixie")} == dict.fromkeys(
        ("afro", "own", "pixie"), True
    )
