"""Which keyframe is on show and how strongly, changing without a jump."""

from __future__ import annotations

from engines.face import Face
from engines.hairfast.live.gan_keyframe import GanKeyframe
from engines.hairfast.live.settings import LiveSettings


class KeyframeBlend:
    """Fades from keyframe to keyframe, and between keyframes and what is shown without them."""

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self._target: GanKeyframe | None = None
        self._start: GanKeyframe | None = None
        self._shown: GanKeyframe | None = None
        self._since = 0.0
        self._weight = 0.0
        self._on = False
        self._time = 0.0

    @property
    def target(self) -> GanKeyframe | None:
        """The keyframe that is, or will be, on show."""
        return self._target

    def at(self, target: GanKeyframe | None, face: Face) -> tuple[GanKeyframe | None, float]:
        """What to show on ``face`` and its weight, 0..1, given the keyframe ``target`` that suits it best.

        Keyframes of one look are mixed in features and styles at the new one's pose. A head that turns away
        further than a warp can follow fades to weight 0 and, once back, to 1: it never rests in between.
        """
        if target is None or (self._target is not None and target.look != self._target.look):
            self._weight, self._start, self._shown, self._on = 0.0, None, None, False
        if target is not None and target is not self._target:
            self._start = None if self._shown is None else self._shown.carried(target.anchor)
            self._since = face.time
        self._target = self._shown = target
        step = self._share(face.time - self._time)
        self._time = face.time
        if target is None:
            return None, 0.0
        if self._start is not None:
            share = self._share(face.time - self._since)
            if share < 1.0:
                self._shown = self._start.mixed(target, share)
            else:
                self._start = None
        turned = target.anchor.turned(face)
        limit = self._settings.far if self._on else self._settings.near
        self._on = turned <= limit
        self._weight = max(0.0, min(self._weight + (step if self._on else -step), 1.0))
        return self._shown, self._weight

    def _share(self, seconds: float) -> float:
        return max(0.0, min(seconds / self._settings.fade, 1.0)) if self._settings.fade else 1.0
