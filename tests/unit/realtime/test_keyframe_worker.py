"""The thread that makes keyframes."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from engines.face import Face
from engines.look import Look
from realtime.analysis import FrameAnalysis, FrameAnalyzer
from realtime.keyframe_worker import Keyframe, KeyframeJob, KeyframeWorker
from realtime.settings import KeyframeSettings, PipelineSettings, TrackerSettings
from realtime.tracking.face_tracker import FaceTracker
from tests.unit.drawn_engine import Cap, CapEngine
from tests.unit.moving_face import Placed
from tests.unit.small_reference import small_reference

RGB = Placed().frame()


@pytest.fixture(scope="module")
def face() -> Face:
    tracker = FaceTracker(TrackerSettings())
    face = tracker.track(RGB, 0.0)
    tracker.close()
    assert face is not None
    return face


def _job(face: Face, style: str = "pixie", *, analyze: bool = True, restart: bool = False) -> KeyframeJob:
    return KeyframeJob(RGB, face, Look(style, "F3"), 1, analyze, restart)


def _wait(worker: KeyframeWorker) -> Keyframe:
    deadline = time.monotonic() + 10.0
    while time.monotonic() < deadline:
        done = worker.poll()
        if done is not None:
            return done
        time.sleep(0.005)
    raise AssertionError("no keyframe came")


def test_inline_a_job_is_done_when_submit_returns(face: Face) -> None:
    worker = KeyframeWorker(CapEngine, PipelineSettings(), background=False)
    worker.submit(_job(face))
    done = worker.poll()
    assert done is not None
    assert done.error is None
    assert done.engine is not None
    assert done.analysis is not None
    assert done.face.light is done.analysis.light
    assert done.face.shape.width != 1.0
    assert worker.poll() is None
    worker.close()


def test_the_newest_job_wins_and_inherits_what_the_dropped_one_had_to_do(face: Face) -> None:
    gate = threading.Event()
    engine = CapEngine(gate=gate)
    worker = KeyframeWorker(lambda: engine, PipelineSettings(), background=True)
    worker.submit(_job(face))
    while "prepare" not in engine.calls:
        time.sleep(0.005)
    worker.submit(_job(face, "afro", restart=True))
    worker.submit(_job(face, "two-block", analyze=False))
    gate.set()
    styles = [_wait(worker).look.style]
    while styles[-1] != "two-block":
        styles.append(_wait(worker).look.style)
    assert "afro" not in styles
    assert worker.dropped == 1
    assert "close" in engine.calls
    worker.close()


def test_an_error_is_handed_over_and_the_next_job_works(face: Face) -> None:
    engine = CapEngine(fail=frozenset({"keyframe"}))
    worker = KeyframeWorker(lambda: engine, PipelineSettings(), background=True)
    worker.submit(_job(face))
    assert isinstance(_wait(worker).error, RuntimeError)
    engine.fail = frozenset()
    worker.submit(_job(face, restart=True))
    assert _wait(worker).error is None
    worker.close()


def test_engine_calls_stay_in_one_thread(face: Face) -> None:
    engine = CapEngine()
    worker = KeyframeWorker(lambda: engine, PipelineSettings(), background=True)
    for style in ("pixie", "afro"):
        worker.submit(_job(face, style))
        _wait(worker)
    worker.close()
    assert engine.threads == {"keyframes"}
    assert engine.calls[-1] == "close"


@pytest.mark.skipif(sys.platform != "linux", reason="niceness is a thread's own on Linux only")
def test_reading_a_picture_gives_way_to_frames_once_there_is_hair_and_new_looks_never_do(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nice() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    read: list[int] = []
    analyze = FrameAnalyzer.analyze

    def noted(*args: Any) -> FrameAnalysis:
        read.append(nice())
        return analyze(*args)

    class NotedEngine(CapEngine):
        def prepare(self, look: Look) -> Cap:
            prepared.append(nice())
            return super().prepare(look)

    prepared: list[int] = []
    monkeypatch.setattr(FrameAnalyzer, "analyze", noted)
    settings = PipelineSettings(keyframe=KeyframeSettings(nice=3))
    worker = KeyframeWorker(NotedEngine, settings, background=True)
    for style in ("pixie", "afro"):
        worker.submit(_job(face, style))
        assert _wait(worker).error is None
    worker.close()
    usual = nice()
    assert read == [usual, min(19, usual + 3)]
    assert prepared == [usual, usual]


def test_closing_does_not_wait_for_a_job_that_hangs(face: Face) -> None:
    gate = threading.Event()
    engine = CapEngine(gate=gate)
    worker = KeyframeWorker(lambda: engine, replace(PipelineSettings(), close_timeout=0.2), background=True)
    worker.submit(_job(face))
    while "prepare" not in engine.calls:
        time.sleep(0.005)
    begin = time.monotonic()
    worker.close()
    assert time.monotonic() - begin < 1.0
    gate.set()
    deadline = time.monotonic() + 5.0
    while "close" not in engine.calls and time.monotonic() < deadline:
        time.sleep(0.01)
    assert engine.calls[-1] == "close"


def test_an_engine_that_cannot_close_does_not_stop_the_rest(face: Face) -> None:
    worker = KeyframeWorker(lambda: CapEngine(fail=frozenset({"close"})), PipelineSettings(), background=True)
    worker.submit(_job(face))
    _wait(worker)
    worker.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "keyframes"]


def test_another_person_is_measured_anew(face: Face) -> None:
    worker = KeyframeWorker(CapEngine, PipelineSettings(), background=False)
    narrow = face.landmarks.copy()
    narrow[:, 0] = face.pose.translation[0] + 0.93 * (narrow[:, 0] - face.pose.translation[0])
    widths = []
    for appearance, landmarks in ((1, face.landmarks), (2, narrow), (2, face.landmarks)):
        job = replace(_job(replace(face, landmarks=landmarks)), appearance=appearance)
        worker.submit(job)
        done = worker.poll()
        assert done is not None
        widths.append(done.face.shape.width)
    worker.close()
    assert widths[1] < widths[0] - 0.03
    assert widths[2] - widths[1] <= 0.0121


def test_hair_without_a_colour_is_prepared_in_the_wearer_s_own_and_only_once(face: Face) -> None:
    engine = CapEngine()
    worker = KeyframeWorker(lambda: engine, PipelineSettings(), background=False)
    wanted = Look("pixie")
    for _ in range(6):
        worker.submit(replace(_job(face), look=wanted))
    done = worker.poll()
    worker.close()
    assert done is not None
    assert done.look == wanted
    prepared = done.state.look
    assert prepared == replace(wanted, color=prepared.color)
    red, green, blue = (int(prepared.color[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue + 20
    assert 70 < red < 180
    assert engine.calls.count("prepare") <= 2


def test_what_was_made_of_a_reference_that_is_not_in_use_is_forgotten_on_demand(face: Face) -> None:
    engine = CapEngine()
    worker = KeyframeWorker(lambda: engine, PipelineSettings(), background=False)
    plain, mine, theirs = (
        replace(_job(face, analyze=False), look=Look("pixie", "F3", reference=reference))
        for reference in (None, small_reference(), small_reference())
    )
    for job in (plain, mine, theirs):
        worker.submit(job)
    worker.forget_references()
    assert engine.calls.count("prepare") == 3
    for job in (theirs, plain, theirs, mine, plain):
        worker.submit(job)
    assert engine.calls.count("prepare") == 4
    worker.close()
