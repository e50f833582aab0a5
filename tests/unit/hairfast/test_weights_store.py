"""Networks are loaded once, when they are needed, and only so many at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from engines.hairfast.network_catalogue import expected_state
from engines.hairfast.network_store import NetworkStore
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN


class Shelf:
    """Synthetic weights, and who asked for them."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, name: str) -> dict[str, torch.Tensor]:
        self.asked.append(name)
        return synthetic_state(name, TWIN)


def size(*names: str) -> int:
    return sum(4 * value.numel() for name in names for value in expected_state(name, TWIN).values())


def test_a_network_is_loaded_at_its_first_use_and_ready_to_run() -> None:
    shelf = Shelf()
    store = NetworkStore(shelf.read, TWIN)
    assert shelf.asked == []
    parser = store.get("face_parser")
    assert store.get("face_parser") is parser
    assert shelf.asked == ["face_parser"]
    assert not parser.training
    assert not any(parameter.requires_grad for parameter in parser.parameters())
    for key, value in synthetic_state("face_parser", TWIN).items():
        assert torch.equal(parser.state_dict()[key], value)
    assert torch.isfinite(parser(torch.zeros(1, 3, 64, 64))).all()


def test_the_network_used_longest_ago_makes_room() -> None:
    shelf = Shelf()
    store = NetworkStore(shelf.read, TWIN, memory_bytes=size("blending", "face_parser", "clip"))
    for name in ("blending", "face_parser", "clip", "blending", "rotate"):
        store.get(name)
    assert store.loaded == ("clip", "blending", "rotate")
    store.get("face_parser")
    assert shelf.asked == ["blending", "face_parser", "clip", "rotate", "face_parser"]
    assert store.loaded == ("blending", "rotate", "face_parser")


def test_a_network_beyond_the_bound_is_loaded_alone() -> None:
    store = NetworkStore(Shelf().read, TWIN, memory_bytes=1)
    store.get("rotate")
    store.get("blending")
    assert store.loaded == ("blending",)


def test_threads_that_want_the_same_network_get_one() -> None:
    shelf = Shelf()
    store = NetworkStore(shelf.read, TWIN)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(store.get, ["e4e"] * 8))
    assert len({id(network) for network in found}) == 1
    assert shelf.asked == ["e4e"]


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(KeyError):
        NetworkStore(Shelf().read, TWIN).get("hairdresser")
