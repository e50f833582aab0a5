"""The live HairFastGAN engine: strands at once, what the networks make of them as soon as it is there."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial

from engines.base import EngineStatus
from engines.errors import EngineError, LiveHairError
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.hairfast.live.gan_pass import PassOrder
from engines.hairfast.live.keyframe_bank import KeyframeBank
from engines.hairfast.live.keyframe_blend import KeyframeBlend
from engines.hairfast.live.lent_reference import LentReference
from engines.hairfast.live.networks_at_work import NetworksAtWork
from engines.hairfast.live.pass_policy import pass_due
from engines.hairfast.live.references import PREFIX
from engines.hairfast.live.user_picture import Drawing, UserPicture
from engines.head_crop import HeadCrop
from engines.layer_mix import mix_layers
from engines.look import Look
from engines.quality import Quality
from engines.strands.engine import PreparedStrands, StrandEngine, StrandKeyframe
from engines.strands.library import StrandLibrary

logger = logging.getLogger(__name__)

# Long hair shows most of a colour: it is drawn where a reference's shape is wanted in another colour.
_COLOR_SAMPLE = "long-straight"
# After a failed pass the next one waits this long, seconds of the stream.
_RETRY = 3.0
# The user is told of what takes longer than this, seconds.
_LONG = 3.0
# Whoever comes back after this long may be someone else, seconds.
_ABSENCE = 2.0


@dataclass(frozen=True, slots=True)
class PreparedHair:
    """A look with the strands that show it until the networks do, and with those that show its colour.

    ``lent``: the photo that the look carries.
    """

    look: Look
    draft: PreparedStrands | None
    sample: PreparedStrands | None
    lent: LentReference | None = None


@dataclass(frozen=True, slots=True)
class HairKeyframe:
    """A look and its strands on this head. What the networks made of it is asked for on every frame."""

    look: Look
    draft: StrandKeyframe | None


class HairFastEngine:
    """Implements ``HairEngine[PreparedHair, HairKeyframe]`` for one session.

    Gallery styles are drawn by the strand engine; that drawing, on the user's own picture, is the reference
    whose shape and colour the networks transfer, in the same pose and light. Styles ``ref-...`` are photos of
    the operator; a look may carry a photo of the visitor's own. ``networks`` is shared by all sessions; no
    frame waits for it, and neither does :meth:`keyframe` unless ``wait`` says so (for files).
    """

    name = "hairfast"

    def __init__(self, networks: NetworksAtWork, library: StrandLibrary, *, wait: bool = False) -> None:
        self._networks = networks
        self._settings = networks.settings
        self._wait = wait
        self._draft = StrandEngine(library)
        self._sketch = StrandEngine(library, eased=False)
        self._client = networks.client()
        self._painter = networks.painter()
        self._bank = KeyframeBank(self._settings)
        self._blend = KeyframeBlend(self._settings)
        self._ordered: Look | None = None
        self._retry_at = 0.0
        self._failures = 0
        self._time: float | None = None
        self._notice: tuple[str, str] | None = None
        self.quality = Quality()

    def prepare(self, look: Look) -> PreparedHair:
        """Grow the strands. References are encoded by the first pass that needs them.

        Raises:
            UnknownStyleError: there is no such style.
            GroomError: its groom file is broken.
        """
        if look.reference is not None:
            own = look.reference.colors.color
            strands = self._draft.prepare(replace(look, reference=None, color=look.color or own))
            sample = None if look.color in (None, own) else strands
            return PreparedHair(look, strands, sample, LentReference(look.reference))
        if not look.style.startswith(PREFIX):
            draft = self._draft.prepare(look)
            return PreparedHair(look, draft, draft)
        self._networks.references.picture(look.style)
        colored = Look(_COLOR_SAMPLE, look.color, look.tip)
        return PreparedHair(look, None, self._draft.prepare(colored) if look.color else None)

    def keyframe(self, crop: HeadCrop, face: Face, prepared: PreparedHair) -> HairKeyframe:
        """Fit the strands, and order a pass of the networks where one is due.

        Raises:
            EngineError: pass after pass failed.
        """
        if self._failures >= self._settings.failures:
            raise EngineError("The networks failed again and again; the log says why.")
        look = prepared.look
        if look != self._ordered:
            self._client.forget()
            self._ordered, self._retry_at = look, face.time
        nearest = self._bank.nearest(look, face)
        due = face.time >= self._retry_at and not self._client.busy
        if due and pass_due(face, nearest, self._settings):
            picture = UserPicture.of(crop, face)
            photo = prepared.draft is None
            reference = prepared.lent or (
                partial(self._networks.references.code, look.style) if photo else None
            )
            order = PassOrder(look, picture, reference, self._sketched(picture, crop, prepared), nearest)
            self._client.submit(self._networks.job(order))
            if nearest is None:
                self._announce()
            if self._wait:
                self._client.wait()
                self._collect(face)
        draft = prepared.draft
        return HairKeyframe(look, None if draft is None else self._draft.keyframe(crop, face, draft))

    def render(self, face: Face, keyframe: HairKeyframe) -> HairLayer | None:
        """The networks' hair where there is any for this side of the head, else strands; own hair where a
        reference has no strands."""
        self._collect(face)
        if self._time is not None and face.time - self._time > _ABSENCE:
            self._client.forget()
            self._bank.clear()
        self._time = face.time
        target = self._bank.nearest(keyframe.look, face, self._blend.target)
        shown, weight = self._blend.at(target, face)
        drawn = hair = None
        if weight < 1.0 and keyframe.draft is not None:
            self._draft.quality = self.quality
            drawn = self._draft.render(face, keyframe.draft)
        if shown is not None and weight > 0.0:
            hair = self._painter.paint(shown, face)
        return mix_layers(drawn, hair, weight, face.size)

    def status(self) -> EngineStatus:
        """See :class:`engines.base.ReportingEngine`."""
        shown = self._blend.target
        return EngineStatus(
            self.name,
            self._networks.backend,
            self._painter.path,
            None if shown is None or self._time is None else self._time - shown.anchor.face.time,
            None if shown is None else shown.seconds,
            self._client.busy,
            self._client.expected,
            self._notice,
        )

    def close(self) -> None:
        """Give up the place in the queue; the running pass stops at its next network."""
        self._client.forget()
        self._painter.close()
        self._draft.close()
        self._sketch.close()
        self._bank.clear()

    def _sketched(self, picture: UserPicture, crop: HeadCrop, prepared: PreparedHair) -> Drawing | None:
        """The user with the strands whose shape or colour is wanted."""
        if prepared.sample is None:
            return None
        layer = self._sketch.render(picture.face, self._sketch.keyframe(crop, picture.face, prepared.sample))
        return None if layer is None else picture.drawn_on(layer)

    def _collect(self, face: Face) -> None:
        """Take in what the networks finished."""
        outcome = self._client.take()
        if outcome is None:
            return
        if outcome.value is not None:
            self._bank.add(outcome.value)
            self._failures = 0
            return
        self._retry_at = face.time + _RETRY
        error = outcome.error
        if isinstance(error, LiveHairError) and not isinstance(error, EngineError):
            self._notice = (error.code, str(error))
        else:
            logger.error("a pass of the networks failed", exc_info=error)
            self._failures += 1

    def _announce(self) -> None:
        seconds = self._client.expected
        if seconds is None:
            lasts = "without a GPU this can take minutes"
        elif seconds >= _LONG:
            lasts = f"about {round(seconds)} s"
        else:
            return
        self._notice = ("networks-at-work", f"The networks are working on this hair: {lasts}.")
