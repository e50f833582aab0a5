"""Fine strands in the place of thick ones."""

from __future__ import annotations

import numpy as np
import pytest

from engines.look import Look
from engines.strands.groom_file import load_groom
from engines.strands.groomer import grow
from engines.strands.still_engine import MOST_DETAIL, close_gaps, detail_of
from engines.strands.strand_set import StrandSet


@pytest.fixture(scope="module", params=["blunt-bob", "box-braids"])
def pair(request: pytest.FixtureRequest) -> tuple[StrandSet, StrandSet]:
    groom = load_groom(request.param)
    return grow(groom, Look(request.param)), grow(groom, Look(request.param), 3)


def test_more_and_thinner_strands_cover_as_much(pair: tuple[StrandSet, StrandSet]) -> None:
    plain, fine = pair
    assert len(fine.start) > 2 * len(plain.start)
    assert fine.width.mean() == pytest.approx(plain.width.mean() / 3.0, rel=0.1)

    def area(strands: StrandSet) -> float:
        steps = np.linalg.norm(np.diff(strands.points, axis=0), axis=1)
        steps[strands.start[1:-1] - 1] = 0.0
        owner = np.repeat(np.arange(len(strands.width)), np.diff(strands.start))
        return float((steps * strands.width[owner[:-1]]).sum())

    assert area(fine) == pytest.approx(area(plain), rel=0.12)


def test_the_shape_stays(pair: tuple[StrandSet, StrandSet]) -> None:
    plain, fine = pair
    assert np.isfinite(fine.points).all()
    assert np.isfinite(fine.tau).all()
    for axis in range(3):
        for share in (1.0, 99.0):
            there = np.percentile(plain.points[:, axis], share)
            assert np.percentile(fine.points[:, axis], share) == pytest.approx(there, abs=1.2)


def test_fewer_strands_for_thumbnails_cover_as_much() -> None:
    groom = load_groom("pixie")
    plain, sketch = grow(groom, Look("pixie")), grow(groom, Look("pixie"), 0.4)
    assert len(sketch.hair) < 0.55 * len(plain.hair)
    covered = [float(strands.width[strands.hair].sum()) for strands in (plain, sketch)]
    assert covered[1] == pytest.approx(covered[0], rel=0.15)


def test_detail_follows_the_pictures_resolution() -> None:
    details = [detail_of(scale) for scale in (4.0, 11.0, 20.0, 40.0, 60.0, 300.0)]
    assert details == sorted(details)
    assert details[:2] == [1, 1]
    assert details[-1] == MOST_DETAIL


def test_gaps_within_dense_hair_close_and_loose_hair_stays_loose() -> None:
    layer = np.zeros((80, 120, 4), np.float32)
    layer[:, :60] = (0.2, 0.1, 0.05, 1.0)
    layer[40, 30] = 0.0
    layer[:, 90] = (0.1, 0.05, 0.025, 0.5)
    before = layer.copy()
    close_gaps(layer, 2.0)
    assert layer[40, 30, 3] > 0.9
    assert 0.0 < layer[40, 30, 0] < 0.2
    assert np.allclose(layer[:, 75:], before[:, 75:])
