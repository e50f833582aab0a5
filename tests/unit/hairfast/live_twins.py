"""The live engine over small twins of the networks."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Any

from engines.hairfast.live.engine import HairFastEngine
from engines.hairfast.live.graph_source import GraphSource
from engines.hairfast.live.networks_at_work import NetworksAtWork
from engines.hairfast.live.reference_cache import ReferenceCache
from engines.hairfast.live.references import References, list_references
from engines.hairfast.live.settings import LiveSettings
from engines.hairfast.network_store import NetworkStore
from engines.hairfast.torch_graphs import TorchGraphs
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN
from engines.runtime.session import Session
from engines.runtime.settings import RuntimeSettings
from engines.strands.library import StrandLibrary
from server.engine_choice import EngineChoice
from server.hairfast_choice import aligned_photo


class TwinGraphs:
    """Every graph at a sixteenth of its width, with weights drawn from a seed.

    Opened once for all tests, which run one after the other.
    """

    def __call__(self, name: str) -> Session:
        """The graph ``name``, ready to run."""
        return _open()(name)

    def close(self) -> None:
        """Others go on."""


@cache
def _open() -> TorchGraphs:
    store = NetworkStore(partial(synthetic_state, width=TWIN), TWIN)
    return TorchGraphs(store, RuntimeSettings(threads=1), keep=True)


def twin_settings(folder: Path, **changes: Any) -> LiveSettings:
    """Settings under which networks that have learnt nothing are tried on any picture."""
    return LiveSettings(**{"cache_folder": folder / "cache", "photo_limits": None, "nice": 0, **changes})


def twin_networks(
    settings: LiveSettings, photos: Path | None = None, *, on_gpu: bool = False
) -> NetworksAtWork:
    """What sessions share; to be closed. ``photos``: a folder of references; ``on_gpu``: be taken for one."""
    references = References(
        list_references(photos),
        lambda path: aligned_photo(path, settings),
        ReferenceCache(settings.cache_folder, settings.cache_bytes),
        "twins",
    )
    return NetworksAtWork(GraphSource(TwinGraphs, "torch-cpu", on_gpu), references, settings)


def twin_choice(networks: NetworksAtWork, styles: tuple[str, ...]) -> EngineChoice:
    """The engine of a server over ``networks``; it draws these ``styles`` and the references."""
    library = StrandLibrary()
    references = networks.references
    return EngineChoice(
        "hairfast",
        "Engine: hairfast with twins.",
        lambda: HairFastEngine(networks, library),
        (*references.styles, *(style for style in library.styles if style.id in styles)),
        {style: reference.path for style, reference in references.photos.items()},
        1024,
        networks.warm_up,
        kinds=frozenset({"c-curl-bob"}),
        close=networks.close,
    )
