"""Which engine draws the hair, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engines.errors import LiveHairError
from engines.gallery import Style
from engines.look import OWN_STYLE
from engines.reference.engine import ReferenceEngine
from engines.strands.engine import StrandEngine
from engines.strands.library import StrandLibrary
from realtime.keyframe_worker import Engine
from server.settings import Settings

Stopped = Callable[[], bool]

# What the networks see is a quarter of the crop: they need more of its pixels than strands do.
_NETWORK_CROP = 1024
# Falling, tied and braided hair, and one's own.
_KINDS = frozenset({OWN_STYLE, "c-curl-bob", "high-ponytail", "box-braids"})


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
    pictures: Mapping[str, Path] = field(default_factory=dict)
    """Photos of those styles that have one of the operator's."""
    crop_size: int | None = None
    """Side of the head crop it wants at keyframes, px; ``None``: the settings'."""
    warm_up: Callable[[Stopped], None] = lambda stopped: None
    """Makes ready what all sessions share; takes long, and is given a function that says whether to stop."""
    kinds: frozenset[str] = frozenset({OWN_STYLE})
    """Styles that between them use everything it has to load or compile."""
    prepare_rest: Callable[[Stopped], None] = lambda stopped: None
    """Makes ready what is not needed at once."""
    close: Callable[[], None] = lambda: None
    """Releases what all sessions share."""

    @property
    def style_ids(self) -> frozenset[str]:
        """The ids a look may name."""
        return frozenset({OWN_STYLE, *(style.id for style in self.styles)})


def choose_engine(settings: Settings) -> EngineChoice:
    """The engine ``settings`` ask for.

    Raises:
        LiveHairError: ``hairfast`` is asked for and cannot run; the message says what is missing.
    """
    if settings.engine == "hairfast":
        return _hairfast(settings, "as asked")
    if settings.engine == "strands":
        return _strands("Engine: strands, as asked.")
    if settings.weights is None:
        return _strands("Engine: strands, because no --weights are given; it needs none, and no GPU.")
    try:
        # What looks for a GPU loads ONNX Runtime, which strands do without.
        from server.hairfast_choice import gpu_missing

        lack = gpu_missing()
        if lack is None:
            return _hairfast(settings, "because a GPU and its weights are here")
    except LiveHairError as error:
        return _strands(f"Engine: strands, because hairfast cannot run here: {error}")
    return _strands(f"Engine: strands, because {lack}; --engine hairfast runs all the same, slowly.")


def _strands(reason: str) -> EngineChoice:
    library = StrandLibrary()
    return EngineChoice(
        "strands",
        reason,
        lambda: ReferenceEngine(StrandEngine(library)),
        library.styles,
        kinds=_KINDS,
        prepare_rest=library.grow_all,
    )


def _hairfast(settings: Settings, why: str) -> EngineChoice:
    from engines.hairfast.live.engine import HairFastEngine
    from server.hairfast_choice import open_networks

    networks = open_networks(settings)
    library = StrandLibrary()
    photos = networks.references.photos
    return EngineChoice(
        "hairfast",
        f"Engine: hairfast on {networks.backend}, {why}. Its weights are for research and evaluation only.",
        lambda: HairFastEngine(networks, library),
        (*networks.references.styles, *library.styles),
        {style: reference.path for style, reference in photos.items()},
        _NETWORK_CROP,
        networks.warm_up,
        _KINDS,
        library.grow_all,
        networks.close,
    )
