"""One picture through the engine ``hairfast``: references in, a record out."""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
from tqdm import tqdm

from engines.hairfast.photo_checks import PhotoLimits
from engines.hairfast.photo_errors import PhotoRole
from engines.hairfast.photo_swap import PhotoSwap, SwappedPhoto
from engines.hairfast.portrait import Portrait
from engines.hairfast.transfer import Transfer
from engines.runtime.freed_memory import keep_freed_memory
from engines.runtime.machine import Machine
from engines.runtime.session import Session
from realtime.frame_result import FrameResult, Notice
from realtime.tracking.portrait_finder import PortraitFinder
from tools.errors import MediaError, ToolError
from tools.media_io import U8, read_image, write_image

Sessions = Callable[[str], Session]


class StageBar:
    """A progress bar over named stages, and how long each took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._bar = tqdm(bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}]")
        self._began = 0.0

    def begin(self, stage: str, index: int, count: int) -> None:
        """A stage begins; the one before has ended."""
        self._end()
        self._bar.total = count
        self._bar.n = index
        self._bar.set_description_str(stage)
        self.seconds[stage] = 0.0
        self._began = time.perf_counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._end()
        if error[0] is None:
            self._bar.n = self._bar.total
        self._bar.close()

    def _end(self) -> None:
        if self.seconds:
            stage = next(reversed(self.seconds))
            self.seconds[stage] = time.perf_counter() - self._began
            self._bar.write(f"{stage}: {self.seconds[stage]:.1f} s")


def swap_picture(rgb: U8, options: argparse.Namespace) -> FrameResult:
    """``rgb`` (h, w, 3) uint8 sRGB with the hair that the options of ``tools.render`` name.

    Raises:
        PhotoError, WeightsError, ToolError: each with what would work.
    """
    sessions = open_graphs(options.weights)
    face, shape, color = _portraits(rgb, options)
    limits = None if options.force else PhotoLimits()
    with StageBar() as bar:
        swapped = PhotoSwap(Transfer(sessions, limits=None), limits, bar.begin).swap(face, shape, color)
    if options.swap_debug:
        photos = {"face": face, "shape": shape, "color": color}
        _write_steps(options.swap_debug, swapped, {name: photo for name, photo in photos.items() if photo})
    for sentence in swapped.notices.values():
        print(sentence)
    return FrameResult(
        swapped.square if options.full else swapped.rgb,
        notices=tuple(Notice(code, sentence) for code, sentence in swapped.notices.items()),
        timings={stage: 1000.0 * seconds for stage, seconds in bar.seconds.items()},
        face=face.face,
        layer=swapped.layer,
    )


def open_graphs(weights: Path | None) -> Sessions:
    """The graphs with the weights in a directory, run by PyTorch, on a GPU where it has one.

    Raises:
        ToolError, LicenceNotAcceptedError: what is missing and how to get it.
    """
    if weights is None:
        raise ToolError(
            "The engine 'hairfast' needs --weights DIR; `python -m tools.fetch_weights DIR` fetches them."
        )
    if importlib.util.find_spec("torch") is None:
        raise ToolError(
            "The engine 'hairfast' needs PyTorch here: install LiveHair with its extra [hairfast]."
        )
    # Imported here: styles are drawn without PyTorch.
    from engines.hairfast.network_store import NetworkStore
    from engines.hairfast.torch_graphs import TorchGraphs
    from engines.hairfast.weights.directory import WeightDirectory

    keep_freed_memory()
    store = NetworkStore(WeightDirectory.accepted(weights).read)
    return TorchGraphs(store, on_gpu=Machine.here().torch_cuda)


def _portraits(rgb: U8, options: argparse.Namespace) -> tuple[Portrait, Portrait | None, Portrait | None]:
    finder = PortraitFinder()
    try:
        face = Portrait(rgb, finder.find(rgb, PhotoRole.FACE, options.face))
        shape, color = (
            _reference(finder, path, role)
            for path, role in (
                (options.reference_shape, PhotoRole.SHAPE),
                (options.reference_color, PhotoRole.COLOR),
            )
        )
    finally:
        finder.close()
    if shape and color and options.reference_shape.samefile(options.reference_color):
        color = shape
    return face, shape, color


def _reference(finder: PortraitFinder, path: Path | None, role: PhotoRole) -> Portrait | None:
    if path is None:
        return None
    rgb = read_image(path)
    if rgb is None:
        raise MediaError(f"{path} is not a picture: a reference must be one.")
    return Portrait(rgb, finder.find(rgb, role))


def _write_steps(folder: Path, swapped: SwappedPhoto, photos: dict[str, Portrait]) -> None:
    """What lies between the photos and the result, as pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, photo in photos.items():
        write_image(folder / f"square-{name}.png", photo.square)
    write_image(folder / "square-result.png", swapped.square)
    write_image(folder / "region.png", np.rint(255.0 * swapped.layer.rgba[..., 3]).astype(np.uint8))
    for name, labels in (("face", swapped.user_labels), ("result", swapped.new_labels)):
        write_image(folder / f"labels-{name}.png", labels * np.uint8(13))
