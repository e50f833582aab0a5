"""Inputs of graphs as photos make them, calculated once and kept in a file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.network_store import NetworkStore
from engines.hairfast.torch_graphs import TorchGraphs
from engines.hairfast.transfer import Transfer
from engines.runtime.session import Array
from engines.runtime.settings import RuntimeSettings
from tools.clips import U8

Inputs = dict[str, Array]


class CalibrationSet:
    """What the graphs ``parse`` and ``render_*`` get for some aligned pictures.

    The parser gets the reduced picture; the generator gets features and style vectors of the person with
    their own hair, from all networks in front of it. They are kept in ``folder``, one file for each graph,
    pictures and weights.
    """

    def __init__(
        self, store: NetworkStore, weights: str, folder: Path, settings: RuntimeSettings | None = None
    ) -> None:
        """``weights`` names what is in ``store``: other weights make other features."""
        self._store = store
        self._weights = weights
        self._folder = folder
        self._graphs = TorchGraphs(store, settings)

    def inputs(self, graph: str, pictures: Sequence[U8]) -> list[Inputs]:
        """Inputs of ``graph``, one for each of ``pictures`` (1024,1024,3) uint8 RGB.

        Raises:
            WeightsError: weights that this takes cannot be read.
        """
        source = "parse" if graph == "parse" else "render"
        digest = hashlib.sha256(f"{self._weights} {self._store.width}".encode())
        for picture in pictures:
            digest.update(picture.tobytes())
        path = self._folder / f"{source}-{digest.hexdigest()[:16]}.npz"
        if not path.is_file():
            self._write(
                path, [self._of(source, picture) for picture in tqdm(pictures, desc=f"inputs of {graph}")]
            )
        names = GRAPHS[graph].inputs
        with np.load(path) as stored:
            return [{name: stored[f"{name}_{number}"] for name in names} for number in range(len(pictures))]

    def close(self) -> None:
        """Let the networks go."""
        self._graphs.close()

    def _of(self, source: str, picture: U8) -> Inputs:
        if source == "parse":
            image = picture.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255)
            return {"im_512": self._graphs("reduce").run({"image": image})["im_512"]}
        transfer = Transfer(self._graphs, limits=None)
        hair = transfer.transfer(transfer.encode_user(picture), None, None)
        return {"f_final": hair.f_final, "vectors": hair.vectors}

    @staticmethod
    def _write(path: Path, inputs: Sequence[Inputs]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part.npz")
        named = {
            f"{name}_{number}": value for number, one in enumerate(inputs) for name, value in one.items()
        }
        np.savez(draft, **named)
        draft.replace(path)
