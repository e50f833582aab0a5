"""Hair of lent references on photos, with small twins of the networks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from engines.hairfast.network_store import NetworkStore
from engines.hairfast.torch_graphs import TorchGraphs
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN
from engines.head_shape import HeadShape
from engines.reference.reference import Reference, ReferenceColors
from engines.runtime.settings import RuntimeSettings
from realtime.tracking.portrait_finder import PortraitFinder
from server.photo.swap_process import swap_hair
from tools.clips import astronaut


@pytest.fixture(scope="module")
def graphs() -> Iterator[TorchGraphs]:
    """Networks of a sixteenth of the width."""
    store = NetworkStore(lambda name: synthetic_state(name, TWIN), TWIN)
    graphs = TorchGraphs(store, RuntimeSettings(threads=1), keep=True)
    yield graphs
    graphs.close()


def test_a_reference_gives_its_hair_and_is_encoded_once_for_both(graphs: TorchGraphs) -> None:
    finder = PortraitFinder()
    rgb = astronaut()
    (face,) = finder.faces(rgb)
    other = np.ascontiguousarray(rgb[:, ::-1])
    (turned,) = finder.faces(other)
    finder.close()
    alpha = np.zeros(other.shape[:2], np.uint8)
    lent = Reference(
        other, alpha, turned.landmarks, turned.pose, HeadShape(), ReferenceColors("#553311"), "pixie"
    ).to_bytes()
    steps: list[tuple[int, int]] = []
    swapped = swap_hair(rgb, face, lent, lent, graphs, None, lambda done, all_: steps.append((done, all_)))
    assert swapped.rgb.shape == rgb.shape
    assert np.array_equal(swapped.rgb[450:], rgb[450:])
    both = swap_hair(rgb, face, lent, b"", graphs, None, lambda done, all_: None)
    assert both.rgb.shape == rgb.shape
    assert [done for done, _ in steps] == list(range(len(steps)))
    assert {count for _, count in steps} == {len(steps)}
