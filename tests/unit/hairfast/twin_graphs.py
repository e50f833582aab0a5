"""Sessions over small twins of every network, and a picture to give them."""

from __future__ import annotations

from functools import cache, partial

import cv2
import numpy as np
import numpy.typing as npt
import skimage.data

from engines.hairfast.network_store import NetworkStore
from engines.hairfast.torch_graphs import TorchGraphs
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN
from engines.runtime.session import Session
from engines.runtime.settings import RuntimeSettings

U8 = npt.NDArray[np.uint8]


def twin_store(seed: int = 0) -> NetworkStore:
    """Networks at a sixteenth of their width."""
    return NetworkStore(partial(synthetic_state, width=TWIN, seed=seed), TWIN)


@cache
def shared_twins() -> NetworkStore:
    """The same networks for every test that only runs them: loading takes longer than running."""
    return twin_store()


def portrait(shift: int = 0) -> U8:
    """uint8 [1024,1024,3] RGB: a face, moved ``shift`` px down; the synthetic parser finds nothing in it."""
    astronaut = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    picture = cv2.resize(astronaut[0:256, 96:352], (1024, 1024), interpolation=cv2.INTER_CUBIC)
    return np.roll(np.asarray(picture, np.uint8), shift, axis=0)


class CountedGraphs:
    """Sessions by name that remember what was asked for."""

    def __init__(self, store: NetworkStore) -> None:
        self._graphs = TorchGraphs(store, RuntimeSettings(threads=1), keep=True)
        self.asked: list[str] = []

    def __call__(self, name: str) -> Session:
        self.asked.append(name)
        return self._graphs(name)
