"""The keyframes of one look, by the side that the head showed."""

from __future__ import annotations

from engines.face import Face
from engines.hairfast.live.gan_keyframe import GanKeyframe
from engines.hairfast.live.settings import LiveSettings
from engines.look import Look

# Another keyframe takes over only when it is nearer by this, degrees: no flicker half way between two.
_NEARER = 2.5


class KeyframeBank:
    """Keeps one keyframe for each slot of yaw, the newest; of one look at a time.

    One thread changes it, any may look.
    """

    def __init__(self, settings: LiveSettings) -> None:
        self._step = settings.bank_step
        self._last_slot = round(settings.bank_reach / settings.bank_step) if settings.bank else 0
        self._slots: dict[int, GanKeyframe] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, keyframe: GanKeyframe) -> None:
        """Take ``keyframe`` in; what was kept of other looks goes."""
        kept = {slot: other for slot, other in self._slots.items() if other.look == keyframe.look}
        slot = round(keyframe.anchor.face.pose.yaw / self._step)
        kept[max(-self._last_slot, min(slot, self._last_slot))] = keyframe
        self._slots = kept

    def clear(self) -> None:
        """Forget all of them."""
        self._slots = {}

    def nearest(self, look: Look, face: Face, current: GanKeyframe | None = None) -> GanKeyframe | None:
        """The keyframe to show ``face`` with: the one of ``look`` whose head showed the most similar side.

        ``current``: the one on show, which stays until another is clearly nearer, or it was replaced.
        """
        kept = [keyframe for keyframe in self._slots.values() if keyframe.look == look]
        if not kept:
            return None
        best = min(kept, key=lambda keyframe: keyframe.anchor.turned(face))
        if current is None or not any(current is keyframe for keyframe in kept):
            return best
        nearer = current.anchor.turned(face) - best.anchor.turned(face)
        return best if nearer > _NEARER else current
