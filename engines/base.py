"""The protocol between the pipeline and whatever draws hair.

``prepare`` may take long (a groom grown, a reference encoded) and runs once per look, in a worker;
``keyframe`` may lag (a GAN pass) and runs in a worker; ``render`` follows the head and runs on every frame,
so it must never wait for the other two.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_crop import HeadCrop
from engines.look import Look

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
