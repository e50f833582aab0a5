"""What may lag behind the head: preparing looks, analysing the picture, the engine's keyframes."""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import compose_affine, invert_affine, resize_affine
from engines.base import HairEngine
from engines.errors import EngineError, LiveHairError
from engines.face import Face
from engines.head_shape import HeadShape
from engines.look import OWN_STYLE, Look
from realtime.analysis import FrameAnalysis, FrameAnalyzer
from realtime.head.head_crop import crop_head
from realtime.head.head_lock import moved_face
from realtime.head.shape_fit import ShapeEstimator
from realtime.patient_thread import PatientThread
from realtime.recolor.own_color import OwnColor
from realtime.recolor.own_strands import read_strands
from realtime.settings import PipelineSettings

logger = logging.getLogger(__name__)

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

Engine = HairEngine[Any, Any]


@dataclass(frozen=True, slots=True)
class KeyframeJob:
    """A keyframe to make. ``rgb`` is the untouched frame, not written to by anyone any more.

    ``appearance``: number of the tracked appearance, a new one is a new person. ``analyze``: look at the
    picture again (else the last analysis serves); ``restart``: with a new engine.
    """

    rgb: npt.NDArray[np.uint8]
    face: Face
    look: Look
    appearance: int
    analyze: bool
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A finished keyframe, or the ``error`` that ended it.

    ``engine`` made ``state`` and renders it; both are ``None`` for a style without an engine.
    ``timings``: milliseconds of ``prepare``, ``analyze`` and ``keyframe``, as far as they ran.
    """

    face: Face
    look: Look
    analysis: FrameAnalysis | None = None
    engine: Engine | None = None
    state: Any = None
    timings: dict[str, float] = field(default_factory=dict)
    error: Exception | None = None

    def resized(self, former: tuple[int, int], size: tuple[int, int]) -> Keyframe | None:
        """This keyframe for frames of ``size`` (width, height) that were of size ``former``; ``None`` where
        another shape of frame shows another part of the world."""
        if abs(size[0] * former[1] - size[1] * former[0]) > 0.02 * size[0] * former[1]:
            return None
        factor = size[0] / former[0]
        analysis = self.analysis
        if analysis is not None:
            analysis = replace(
                analysis,
                face=replace(moved_face(analysis.face, factor), size=size),
                to_frame=compose_affine(resize_affine(former, size), analysis.to_frame),
            )
        return replace(self, face=replace(moved_face(self.face, factor), size=size), analysis=analysis)


class KeyframeWorker:
    """Owns the engine and the analyser, and the thread they work in; one job waits, the newest wins.

    Pictures are read in a thread that gives way to others, engines work in one that does not: who chose a
    look waits for it. With ``background=False`` there are no threads: :meth:`submit` does the job itself.
    """

    def __init__(
        self, engine_factory: Callable[[], Engine], settings: PipelineSettings, *, background: bool
    ) -> None:
        self._factory = engine_factory
        self._settings = settings
        self._engine: Engine | None = None
        self._analyzer: FrameAnalyzer | None = None
        self._analysis: FrameAnalysis | None = None
        self._shapes = ShapeEstimator()
        self._shape = HeadShape()
        self._appearance = -1
        self._own_color = OwnColor()
        self._prepared: OrderedDict[Look, Any] = OrderedDict()
        self._forgetful = False
        self.dropped = 0
        """Jobs overwritten before they were begun."""
        self._changed = threading.Condition()
        self._job: KeyframeJob | None = None
        self._done: Keyframe | None = None
        self._closing = False
        self._thread: threading.Thread | None = None
        self._patient: PatientThread | None = None
        if background:
            self._patient = PatientThread("reading", settings.keyframe.nice)
            self._thread = threading.Thread(target=self._work, name="keyframes", daemon=True)
            self._thread.start()

    def submit(self, job: KeyframeJob) -> None:
        """Order a keyframe in place of one not yet begun. Never waits in the background."""
        if self._thread is None:
            self._done = self._run(job)
            return
        with self._changed:
            if self._job is not None:
                self.dropped += 1
                job = replace(
                    job,
                    analyze=job.analyze or self._job.analyze,
                    restart=job.restart or self._job.restart,
                )
            self._job = job
            self._changed.notify()

    def poll(self) -> Keyframe | None:
        """The newest keyframe finished since the last call. Never waits."""
        with self._changed:
            done, self._done = self._done, None
            return done

    def forget_references(self) -> None:
        """Keep nothing made of references for looks other than the one in use; any thread may ask."""
        self._forgetful = True

    def close(self) -> None:
        """Stop after the running job and free engine and analyser; a job that hangs is left behind."""
        if self._thread is None:
            self._release()
            return
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(self._settings.close_timeout)
        if self._thread.is_alive():
            logger.error("a keyframe still runs after %.0f s; leaving it", self._settings.close_timeout)

    def _work(self) -> None:
        # What cannot be made now fails again, and is told, when it is needed.
        with contextlib.suppress(Exception):
            self._analyzer_now()
            self._engine_now()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._job is not None)
                if self._closing:
                    break
                job, self._job = self._job, None
            if job is not None:
                done = self._run(job)
                with self._changed:
                    self._done = done
        self._release()
        if self._patient is not None:
            self._patient.close()

    def _run(self, job: KeyframeJob) -> Keyframe:
        timings: dict[str, float] = {}
        try:
            if job.restart:
                self._release()
            return self._make(job, timings)
        except Exception as error:
            if not isinstance(error, LiveHairError) or isinstance(error, EngineError):
                logger.exception("keyframe failed")
            return Keyframe(job.face, job.look, timings=timings, error=error)

    def _make(self, job: KeyframeJob, timings: dict[str, float]) -> Keyframe:
        begin = time.perf_counter()
        if self._forgetful:
            self._forgetful = False
            for look in [
                known for known in self._prepared if known.reference not in (None, job.look.reference)
            ]:
                del self._prepared[look]
        uncolored = job.look.color is None and not self._own_color.looked_at(job.appearance)
        analysis = self._analysis
        if job.analyze or analysis is None or uncolored:
            read = functools.partial(self._read, job, analysis)
            # Until there is hair, nothing is more urgent; later, frames that wait for the processor are.
            analysis = read() if analysis is None or self._patient is None else self._patient.run(read)
            begin = _lap(timings, "analyze", begin)
        self._analysis = analysis
        face = replace(job.face, shape=self._shape, light=analysis.light)
        if job.look.style == OWN_STYLE:
            self._analysis = analysis = _with_strands(analysis, job)
            _lap(timings, "keyframe", begin)
            return Keyframe(face, job.look, analysis, timings=timings)
        prepared = self._prepare(self._own_color.filled(job.look))
        begin = _lap(timings, "prepare", begin)
        crop = crop_head(job.rgb, face, self._settings.crop_size)
        engine = self._engine_now()
        state = engine.keyframe(crop, face, prepared)
        _lap(timings, "keyframe", begin)
        return Keyframe(face, job.look, analysis, engine, state, timings)

    def _read(self, job: KeyframeJob, previous: FrameAnalysis | None) -> FrameAnalysis:
        if previous is not None and previous.face.size != job.face.size:
            previous = None
        new = job.appearance != self._appearance
        if new:
            self._appearance = job.appearance
            self._shape, self._shapes = HeadShape(), ShapeEstimator()

        def fit(person: F32, to_frame: F64, hair: F32) -> HeadShape:
            self._shape = self._shapes.observe(job.face, person, to_frame, hair)
            return self._shape

        known = replace(job.face, shape=self._shape)
        analysis = self._analyzer_now().analyze(job.rgb, known, previous, fit)
        # Of a new head hair is wanted first; whoever chose its colour does not wait for their own.
        if job.look.color is None or not new:
            self._own_color.observe(job.rgb, analysis, job.appearance)
        return analysis

    def _prepare(self, look: Look) -> Any:
        if look not in self._prepared:
            self._prepared[look] = self._engine_now().prepare(look)
            while len(self._prepared) > self._settings.prepared_looks:
                self._prepared.popitem(last=False)
        self._prepared.move_to_end(look)
        return self._prepared[look]

    def _analyzer_now(self) -> FrameAnalyzer:
        if self._analyzer is None:
            self._analyzer = FrameAnalyzer(self._settings.analysis)
        return self._analyzer

    def _engine_now(self) -> Engine:
        if self._engine is None:
            self._engine = self._factory()
        return self._engine

    def _release(self) -> None:
        """Close engine and analyser, whatever state they are in."""
        for part in (self._engine, self._analyzer):
            try:
                if part is not None:
                    part.close()
            except Exception:
                logger.exception("closing %r failed", part)
        self._engine = self._analyzer = self._analysis = None
        self._prepared.clear()


def _with_strands(analysis: FrameAnalysis, job: KeyframeJob) -> FrameAnalysis:
    """``analysis`` with the strands of the own hair, read once."""
    if analysis.strands is not None:
        return analysis
    height, width = analysis.hair.alpha.shape
    small = np.asarray(cv2.resize(job.rgb, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    moved = compose_affine(invert_affine(analysis.to_frame_of(job.face)), analysis.to_frame)
    small = np.asarray(cv2.warpAffine(small, moved, (width, height)), np.uint8)
    near = moved_face(analysis.face, float(np.hypot(*invert_affine(analysis.to_frame)[:, 0])))
    return replace(analysis, strands=read_strands(small, analysis.hair.alpha, near))


def _lap(timings: dict[str, float], stage: str, begin: float) -> float:
    now = time.perf_counter()
    timings[stage] = (now - begin) * 1e3
    return now
