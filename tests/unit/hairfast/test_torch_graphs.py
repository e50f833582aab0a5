"""Sessions over a store of networks."""

from __future__ import annotations

import weakref

import pytest

from engines.hairfast.network_store import NetworkStore
from engines.hairfast.torch_graphs import TorchGraphs
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN
from engines.runtime.settings import RuntimeSettings
from tests.unit.hairfast.twin_graphs import twin_store

SETTINGS = RuntimeSettings(threads=1)


def test_sessions_stay_open_for_video_only() -> None:
    video = TorchGraphs(twin_store(), SETTINGS, keep=True)
    first = video("reduce")
    video("render_256")
    assert video("reduce") is first
    photos = TorchGraphs(twin_store(), SETTINGS)
    first = photos("reduce")
    assert photos("reduce") is first
    photos("render_256")
    assert photos("reduce") is not first


def test_networks_are_let_go_with_the_session_that_used_them() -> None:
    store = NetworkStore(lambda name: synthetic_state(name, TWIN), TWIN, memory_bytes=1)
    graphs = TorchGraphs(store, SETTINGS)
    graphs("parse")
    parser = weakref.ref(store.get("face_parser"))
    graphs("render_256")
    assert parser() is None
    assert store.loaded == ("generator",)


def test_an_unknown_graph_is_refused() -> None:
    with pytest.raises(KeyError):
        TorchGraphs(twin_store(), SETTINGS)("no-such-graph")
