"""The protocol between the pipeline and whatever draws hair.

``prepare`` may take long (a groom grown, a reference encoded) and runs once per look, in a worker;
``keyframe`` may lag (a GAN pass) and runs in a worker; ``render`` follows the head and runs on every frame,
so it must never wait for the other two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_crop import HeadCrop
from engines.look import Look
from engines.quality import Quality

PreparedT = TypeVar("PreparedT")
KeyframeT = TypeVar("KeyframeT")


class HairEngine(Protocol[PreparedT, KeyframeT]):
    """An engine. One instance serves one session; what sessions may share, its factory holds.

    ``PreparedT`` is what the engine keeps of a look, ``KeyframeT`` what it keeps of a keyframe; both are
    opaque to the pipeline and immutable.
    """

    name: str

    def prepare(self, look: Look) -> PreparedT:
        """Everything that depends on the look alone. Called in a worker; the caller caches it.

        Raises:
            UnknownStyleError: this engine does not draw that style.
        """

    def keyframe(self, crop: HeadCrop, face: Face, prepared: PreparedT) -> KeyframeT:
        """What may lag behind the head: called in a worker when a keyframe is due."""

    def render(self, face: Face, keyframe: KeyframeT) -> HairLayer | None:
        """The hair for this frame; ``None`` where there is nothing to draw."""

    def close(self) -> None:
        """Release memory and threads. No other call follows."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What an engine says about itself, for statistics and for the user.

    ``backend``: what runs its networks; ``path``: what it does for a frame. ``keyframe_age``: seconds of the
    stream since the picture that the hair on show was made from; ``pass_seconds``: how long its making took;
    ``remaining``: seconds until the one in the making is done, as far as can be told. ``notice``: a code and
    a sentence that the user should read, once.
    """

    engine: str
    backend: str = ""
    path: str = ""
    keyframe_age: float | None = None
    pass_seconds: float | None = None
    working: bool = False
    remaining: float | None = None
    notice: tuple[str, str] | None = None


@runtime_checkable
class ReportingEngine(Protocol):
    """An engine that has more to say than its name."""

    def status(self) -> EngineStatus:
        """How it does now. Called on every frame, by the thread that renders."""


@runtime_checkable
class AdjustableEngine(Protocol):
    """An engine that can do with less, and whose hair moves."""

    quality: Quality
    """From the next frame on. Set by the thread that renders."""
