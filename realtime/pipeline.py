"""A frame in, the frame with the chosen hair out."""

from __future__ import annotations

import logging
import math
import time as clock
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engines.base import AdjustableEngine, EngineStatus, ReportingEngine
from engines.errors import EngineError, LiveHairError
from engines.face import Face
from engines.look import OWN_STYLE, Look
from engines.quality import Quality
from realtime.analysis import FrameAnalysis
from realtime.composite.compositor import Compositor
from realtime.face_notices import FaceNotices
from realtime.frame_pass import FramePass
from realtime.frame_result import FrameResult, Notice
from realtime.governor import Governor
from realtime.keyframe_orders import KeyframeOrders
from realtime.keyframe_policy import KeyframeView
from realtime.keyframe_worker import Engine, Keyframe, KeyframeJob, KeyframeWorker
from realtime.light.face_luma import face_luma
from realtime.light.light_ease import LightEase
from realtime.occlusion.foreground import Foreground, restore
from realtime.recolor.recolor import Recolorer
from realtime.rect import Rect
from realtime.removal.lean_advice import LeanAdvice
from realtime.restart_backoff import RestartBackoff
from realtime.settings import PipelineSettings
from realtime.tracking.restarted_tracker import RestartedTracker

logger = logging.getLogger(__name__)

U8 = npt.NDArray[np.uint8]

_LIGHT_SECONDS = 0.2
# Frames this much out of order, seconds, are not taken for a clock that began anew.
_CLOCK_SLACK = 1.0

_RESTARTED = Notice("engine-restarted", "Drawing hair failed; it was started again. Your look is kept.")


class FramePipeline:
    """One session's pipeline. Frames go through :meth:`process` one after the other, in any thread.

    ``background=True``: looks are prepared and keyframes made in a thread, and a frame never waits for
    them; ``False``: they are made within :meth:`process`, so that every frame shows what is wanted (files).
    """

    def __init__(
        self,
        engine_factory: Callable[[], Engine],
        settings: PipelineSettings | None = None,
        *,
        background: bool,
    ) -> None:
        self._settings = settings or PipelineSettings()
        self.look = Look()
        """The look wanted; may be set from any thread."""
        self.compare = False
        """Show the left half of the frame untouched; may be set from any thread."""
        self.motion = self._settings.motion
        """Let hair swing with the head; may be set from any thread."""
        self._tracker = RestartedTracker(self._settings)
        self._presence = FaceNotices()
        self._compositor = Compositor()
        self._recolorer = Recolorer()
        self._lean = LeanAdvice()
        self._foreground = Foreground()
        self._light = LightEase(_LIGHT_SECONDS)
        # Files may take as long as they take.
        self._governor = Governor(self._settings.governor) if background else None
        self._worker = KeyframeWorker(engine_factory, self._settings, background=background)
        self._engine_failures = self._new_backoff()
        self._size: tuple[int, ...] = ()
        self._time = -math.inf
        self._orders = KeyframeOrders(self._settings.keyframe, live=background)
        self._keyframe: Keyframe | None = None
        self._refused: Look | None = None
        self._restart = False
        self._engine_notice: tuple[str, str] | None = None
        self._last_good: U8 | None = None
        self._closed = False

    def process(self, rgb: U8, time: float) -> FrameResult:
        """Draw the look into ``rgb`` (h, w, 3) uint8 sRGB, writable, of ``time`` seconds of the stream.

        ``rgb`` is edited in place and may be kept for showing again: hand it over. Never raises for a
        fault inside tracking, analysis, engine or compositing: the result says what happened.
        """
        begin = clock.perf_counter()
        if time < self._time - _CLOCK_SLACK:
            self._begin()
            self._time = time
        self._time = time = max(time, self._time)
        frame = FramePass(rgb, rgb.copy(), time, quality=self._quality())
        if rgb.shape != self._size:
            self._resize(rgb.shape)
        with frame.stage("track"):
            face = self._tracker.track(rgb, time)
        if (notice := self._presence.note(face is not None, time)) is not None:
            frame.notices.append(notice)
        self._collect(frame)
        rect: Rect | None = None
        if face is not None:
            rect = self._show(frame, face)
        if rect is None and self._holding(time):
            rect = self._show_last_good(frame)
        seconds = clock.perf_counter() - begin
        frame.timings["total"] = seconds * 1e3
        if self._governor is not None:
            self._governor.observe(seconds, time)
        return FrameResult(
            frame.rgb,
            rect,
            tuple(frame.notices),
            frame.timings,
            frame.face,
            frame.layer,
            frame.reason,
            frame.status,
            frame.quality,
        )

    @property
    def analysis(self) -> FrameAnalysis | None:
        """What the newest keyframe that read the picture found; for measuring."""
        return self._keyframe.analysis if self._keyframe is not None else None

    @property
    def keyframe(self) -> Keyframe | None:
        """The keyframe that frames are drawn with now."""
        return self._keyframe

    def forget_references(self) -> None:
        """Keep nothing made of references for looks other than the one wanted; any thread may ask."""
        self._worker.forget_references()

    def close(self) -> None:
        """End the session: stop the keyframe thread, free engine and networks; again is harmless."""
        if not self._closed:
            self._closed = True
            self._worker.close()
            self._tracker.close()

    def _quality(self) -> Quality:
        chosen = Quality() if self._governor is None else self._governor.quality
        return replace(chosen, motion=self.motion)

    def _new_backoff(self) -> RestartBackoff:
        return RestartBackoff(self._settings.restart_delay, self._settings.restart_delay_max)

    def _begin(self) -> None:
        """The stream's clock began anew: forget what was measured in its former times."""
        self._tracker.reset()
        self._engine_failures = self._new_backoff()
        self._presence.restart()
        self._orders.restart()

    def _resize(self, size: tuple[int, ...]) -> None:
        """Frames have another size now: measure again, and meanwhile show the last keyframe resized."""
        former, self._size = self._size, size
        self._orders.renew()
        self._last_good = None
        if self._keyframe is not None:
            self._keyframe = self._keyframe.resized((former[1], former[0]), (size[1], size[0]))

    def _show(self, frame: FramePass, face: Face) -> Rect | None:
        """Order a keyframe if one is due, and draw with the newest one."""
        self._order(frame, face)
        self._collect(frame)
        frame.face = face
        if self._keyframe is None:
            return None
        light = self._light(self._keyframe.face.light, frame.time)
        frame.face = replace(face, shape=self._keyframe.face.shape, light=light)
        try:
            rect = self._draw(frame, frame.face, self._keyframe)
        except Exception:
            logger.exception("drawing failed")
            self._fail(frame)
            np.copyto(frame.rgb, frame.untouched)
            return None
        if rect is None:
            return None
        self._last_good = frame.rgb
        return self._keep(frame, rect)

    def _order(self, frame: FramePass, face: Face) -> None:
        if not self._tracker.seen or not self._engine_failures.ready(frame.time):
            return
        look = self.look
        if look == self._refused and self._keyframe is not None:
            look = self._keyframe.look
        luma, hidden = face_luma(frame.untouched, face), self._foreground.hides
        view = KeyframeView(look, face.pose, luma, frame.time, self._tracker.appearances, hidden)
        reason = self._orders.due(view)
        if reason is None or look == self._refused:
            return
        frame.reason = reason
        analyze = self._orders.order(view, reason, frame.quality.matte)
        job = KeyframeJob(
            frame.untouched,
            face,
            look,
            self._tracker.appearances,
            analyze=analyze,
            restart=self._restart,
        )
        self._restart = False
        self._worker.submit(job)

    def _collect(self, frame: FramePass) -> None:
        """Make the newest finished keyframe current."""
        done = self._worker.poll()
        if done is None:
            return
        frame.timings.update(done.timings)
        if self._governor is not None:
            self._orders.reading = done.timings.get("analyze", 1e3 * self._orders.reading) * 1e-3
        if done.error is None:
            if (done.face.size[1], done.face.size[0]) == self._size[:2]:
                self._keyframe = done
        elif isinstance(done.error, LiveHairError) and not isinstance(done.error, EngineError):
            self._refused = done.look
            frame.notices.append(Notice(done.error.code, str(done.error)))
        else:
            self._fail(frame)

    def _draw(self, frame: FramePass, face: Face, keyframe: Keyframe) -> Rect | None:
        analysis = keyframe.analysis
        front = self._foreground.at(frame, face, analysis, self._tracker.appearances)
        if keyframe.engine is None:
            look = self.look if self.look.style == OWN_STYLE else keyframe.look
            if look.color is None:
                return None
            with frame.stage("composite"):
                color = look.hair_color()
                rect = self._recolorer.apply(frame.rgb, face, analysis, color, look.dye, look.coverage)
                restore(frame.rgb, frame.untouched, front)
                return rect
        if self._foreground.covers(frame, analysis):
            return None
        if isinstance(keyframe.engine, AdjustableEngine):
            keyframe.engine.quality = frame.quality
        with frame.stage("render"):
            frame.layer = keyframe.engine.render(face, keyframe.state)
        self._note_status(frame, keyframe.engine)
        if (advice := self._lean.notice(analysis, frame.layer, frame.time)) is not None:
            frame.notices.append(advice)
        with frame.stage("composite"):
            return self._compositor.compose(frame.rgb, face, frame.layer, analysis, front)

    def _note_status(self, frame: FramePass, engine: Engine) -> None:
        status = engine.status() if isinstance(engine, ReportingEngine) else EngineStatus(engine.name)
        frame.status = status
        if status.notice is not None and status.notice != self._engine_notice:
            frame.notices.append(Notice(*status.notice))
        self._engine_notice = status.notice

    def _keep(self, frame: FramePass, rect: Rect) -> Rect | None:
        """Put back what must stay untouched: the strip at the bottom, the left half when comparing."""
        height, width = frame.rgb.shape[:2]
        left = width // 4 * 2 if self.compare else 0
        bottom = max(height - self._settings.keep_strip, 0)
        if bottom < height:
            bottom &= ~1
        frame.rgb[bottom:] = frame.untouched[bottom:]
        frame.rgb[:, :left] = frame.untouched[:, :left]
        kept = rect.within(Rect(left, 0, width, bottom))
        return None if kept.empty else kept

    def _fail(self, frame: FramePass) -> None:
        """The engine failed: draw nothing with it any more and start it anew with the next keyframe."""
        self._engine_failures.failed(frame.time)
        self._keyframe = None
        self._orders.renew()
        self._restart = True
        frame.layer = None
        frame.notices.append(_RESTARTED)

    def _holding(self, time: float) -> bool:
        return self._keyframe is None and self._engine_failures.since(time) <= self._settings.hold_last_good

    def _show_last_good(self, frame: FramePass) -> Rect | None:
        if self._last_good is None or self._last_good.shape != frame.rgb.shape:
            return None
        np.copyto(frame.rgb, self._last_good)
        return self._keep(frame, Rect(0, 0, frame.rgb.shape[1], frame.rgb.shape[0]))
