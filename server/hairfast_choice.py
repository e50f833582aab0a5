"""Whether, and on what, the networks of ``hairfast`` run here."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from engines.hairfast.licence import require_licence
from engines.hairfast.live.graph_source import PASS_GRAPHS, Graphs, GraphSource
from engines.hairfast.live.networks_at_work import NetworksAtWork
from engines.hairfast.live.process_graphs import ProcessGraphs
from engines.hairfast.live.reference_cache import ReferenceCache
from engines.hairfast.live.references import References, list_references
from engines.hairfast.live.settings import LiveSettings
from engines.hairfast.photo_checks import check_face
from engines.hairfast.photo_errors import PhotoError, PhotoRole
from engines.hairfast.portrait import Portrait
from engines.hairfast.weights.files import WEIGHT_FILES
from engines.runtime.backend import Backend
from engines.runtime.backend_choice import choose_backend
from engines.runtime.machine import Machine
from engines.runtime.onnx_graphs import OnnxGraphs, graph_path
from engines.runtime.settings import RuntimeSettings
from realtime.errors import SettingsError
from realtime.tracking.portrait_finder import PortraitFinder
from server.settings import Settings

U8 = npt.NDArray[np.uint8]

GRAPH_FOLDER = "onnx"
"""Below the weights' directory: where ``tools.export_onnx`` is expected to have written."""
# Networks in memory at once: reading one again from the system's file cache takes a moment of a long pass.
# A GPU has copies of its own.
_MEMORY = 2 << 30
_FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_PIXELS = 50_000_000


def open_networks(settings: Settings) -> NetworksAtWork:
    """The networks of the weights that ``settings`` name; nothing is loaded yet.

    Raises:
        LiveHairError: something is missing; the message says what, and how to get it.
    """
    live = settings.hairfast
    weights = settings.weights
    if weights is None:
        raise SettingsError(
            "The engine hairfast needs --weights DIR; python -m tools.fetch_weights DIR fetches them."
        )
    require_licence(weights)
    references = References(
        list_references(settings.references),
        lambda path: aligned_photo(path, live),
        ReferenceCache(live.cache_folder, live.cache_bytes),
        str(weights.resolve()),
    )
    return NetworksAtWork(graph_source(weights, live), references, live)


def gpu_missing() -> str | None:
    """Why a GPU cannot be used here, in words; ``None`` where one can."""
    return None if Machine.here().gpu is not None else "no NVIDIA GPU was found"


def graph_source(weights: Path, live: LiveSettings) -> GraphSource:
    """Where the networks of a directory of weights come from here; nothing is loaded yet.

    Raises:
        LiveHairError: something is missing; the message says what.
    """
    machine = Machine.here()
    runtime = RuntimeSettings(threads=live.threads, low_priority=True, nice=live.nice)
    folder = weights / GRAPH_FOLDER
    if all(graph_path(folder, name, None).is_file() for name in PASS_GRAPHS):
        backend = choose_backend(machine).backend
        opened = partial(OnnxGraphs, folder, backend, runtime, keep=backend.on_gpu)
        return _placed(opened, backend, live)
    _require_files(weights)
    if importlib.util.find_spec("torch") is None:
        raise SettingsError(
            f"The engine hairfast needs PyTorch (pip install 'livehair[hairfast]'), or graphs exported to "
            f"{folder} by python -m tools.export_onnx."
        )
    backend = Backend.TORCH_CUDA if machine.torch_cuda else Backend.TORCH_CPU
    return _placed(partial(_torch_graphs, weights, runtime, backend), backend, live)


def _placed(open_graphs: Callable[[], Graphs], backend: Backend, live: LiveSettings) -> GraphSource:
    """On a GPU in this process, whose frames use it too; on the CPU in one that gives way to frames."""
    if backend.on_gpu:
        return GraphSource(open_graphs, backend.value, True)
    return GraphSource(lambda: ProcessGraphs(open_graphs, live.nice), backend.value, False)


def _torch_graphs(weights: Path, runtime: RuntimeSettings, backend: Backend) -> Graphs:
    # Imported here: the server runs without PyTorch where strands are drawn, or graphs were exported.
    from engines.hairfast.network_store import NetworkStore
    from engines.hairfast.torch_graphs import TorchGraphs
    from engines.hairfast.weights.directory import WeightDirectory

    store = NetworkStore(WeightDirectory.accepted(weights).read, memory_bytes=_MEMORY)
    return TorchGraphs(store, runtime, keep=backend.on_gpu, on_gpu=backend.on_gpu)


def _require_files(weights: Path) -> None:
    missing = [
        file.path for file in WEIGHT_FILES if not any((weights / path).is_file() for path in file.paths)
    ]
    if missing:
        raise SettingsError(
            f"--weights: {weights} lacks {missing[0]} ({len(missing)} of {len(WEIGHT_FILES)} files); "
            f"python -m tools.fetch_weights {weights} fetches what is missing."
        )


def aligned_photo(path: Path, live: LiveSettings) -> U8:
    """The aligned square of the one face in a photo.

    Raises:
        PhotoError: the photo is not fit; the message says what would work.
    """
    rgb = read_photo(path)
    finder = PortraitFinder()
    try:
        portrait = Portrait(rgb, finder.find(rgb, PhotoRole.SHAPE))
    finally:
        finder.close()
    if live.photo_limits is not None:
        check_face(portrait.face, PhotoRole.SHAPE, live.photo_limits)
    return portrait.square


def read_photo(path: Path) -> U8:
    """(h, w, 3) uint8 sRGB: the picture in a file, upright.

    Raises:
        PhotoError: it is none.
    """
    try:
        with Image.open(path, formats=_FORMATS) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise PhotoError(f"{path.name} is larger than {_MOST_PIXELS // 1_000_000} megapixels.")
            return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except (OSError, UnidentifiedImageError, SyntaxError):
        raise PhotoError(f"{path.name} cannot be read: use a JPEG, PNG or WebP picture.") from None
