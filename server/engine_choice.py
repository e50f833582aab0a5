"""Which engine draws the hair, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engines.gallery import Style
from engines.look import OWN_STYLE
from engines.strands.engine import StrandEngine
from engines.strands.library import StrandLibrary
from realtime.keyframe_worker import Engine
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """The engine of every session of a server."""

    name: str
    reason: str
    """Why this one, as a sentence."""
    factory: Callable[[], Engine]
    """Makes the engine of one session."""
    styles: tuple[Style, ...]
    """What it can draw, in the gallery's order."""

    @property
    def style_ids(self) -> frozenset[str]:
        """The ids a look may name."""
        return frozenset({OWN_STYLE, *(style.id for style in self.styles)})


def choose_engine(settings: Settings) -> EngineChoice:
    """The engine ``settings`` ask for."""
    library = StrandLibrary()
    reason = (
        "Engine: strands, as asked."
        if settings.engine == "strands"
        else "Engine: strands, because this version draws with nothing else; it needs no GPU."
    )
    return EngineChoice("strands", reason, lambda: StrandEngine(library), library.styles)
