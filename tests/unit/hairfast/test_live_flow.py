"""How a keyframe's hair moves with the head."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from engines.affine import apply_affine, invert_affine
from engines.hairfast.alignment import Alignment
from engines.hairfast.live.flow import GRID, sample_grid
from engines.hairfast.live.warp import SQUARE, Anchor
from tests.unit.hairfast.live_faces import face_at

FRONT = face_at()
ANCHOR = Anchor(FRONT, Alignment.of(FRONT.landmarks).resized(SQUARE))


def _read_at(flow: npt.NDArray[np.float32], point: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The flow at a point of the square (px), px."""
    x, y = np.clip(((point + 0.5) / SQUARE * GRID - 0.5).round().astype(int), 0, GRID - 1)
    return np.asarray(flow[y, x] * SQUARE, np.float64)


@pytest.mark.parametrize(
    "moved",
    [face_at(roll=25.0), face_at(scale=22.0), face_at(x=250.0, y=300.0), face_at(0, 0, -15, scale=9, x=100)],
    ids=["leaned", "nearer", "moved", "all of it"],
)
def test_a_head_that_is_only_moved_scaled_and_leaned_bends_nothing(moved: object) -> None:
    assert np.abs(ANCHOR.flow(moved)).max() * SQUARE < 0.01  # type: ignore[arg-type]


def test_the_square_follows_a_moved_head() -> None:
    moved = face_at(0, 0, 20, scale=18, x=280, y=260)
    then = apply_affine(invert_affine(ANCHOR.to_frame), FRONT.landmarks[:, :2].astype(np.float64))
    now = apply_affine(invert_affine(ANCHOR.placed(moved)), moved.landmarks[:, :2].astype(np.float64))
    np.testing.assert_allclose(now, then, atol=0.01)


@pytest.mark.parametrize("yaw", [-12.0, -6.0, 6.0, 12.0])
def test_what_a_landmark_shows_was_under_it_in_the_keyframe(yaw: float) -> None:
    turned = face_at(yaw, 4.0)
    flow = ANCHOR.flow(turned)
    to_square = invert_affine(ANCHOR.placed(turned))
    for index in (10, 168, 4, 127, 356, 33, 263, 151):
        now = apply_affine(to_square, turned.landmarks[index, None, :2].astype(np.float64))[0]
        then = apply_affine(
            invert_affine(ANCHOR.to_frame), FRONT.landmarks[index, None, :2].astype(np.float64)
        )[0]
        assert np.linalg.norm(now + _read_at(flow, now) - then) < 7.0, index


def test_the_outline_and_the_edges_stay_where_they_are_when_the_head_turns() -> None:
    flow = np.abs(ANCHOR.flow(face_at(12.0))) * SQUARE
    inside = flow[GRID // 2 - 8 : GRID // 2 + 8, GRID // 2 - 8 : GRID // 2 + 8].max()
    edges = np.concatenate([flow[0], flow[-1], flow[:, 0], flow[:, -1]])
    assert inside > 20.0
    assert edges.max() < 0.2 * inside


@pytest.mark.parametrize("face", [face_at(14.0), face_at(-14.0), face_at(0.0, 12.0), face_at(9.0, -9.0)])
def test_nothing_folds_within_the_range_that_is_shown(face: object) -> None:
    flow = ANCHOR.flow(face) * GRID  # type: ignore[arg-type]
    by_x, by_y = np.gradient(flow, axis=1), np.gradient(flow, axis=0)
    area = (1 + by_x[..., 0]) * (1 + by_y[..., 1]) - by_x[..., 1] * by_y[..., 0]
    assert area.min() > 0.2


def test_a_small_motion_makes_a_small_flow() -> None:
    flows = [ANCHOR.flow(face_at(yaw)) * SQUARE for yaw in (5.0, 5.2)]
    assert np.abs(flows[0] - flows[1]).max() < 1.5


def test_the_grid_for_the_networks_is_the_identity_without_flow() -> None:
    grid = sample_grid(np.zeros((GRID, GRID, 2), np.float32))
    assert grid.shape == (1, GRID, GRID, 2)
    np.testing.assert_allclose(grid[0, 0, :, 0], np.linspace(-1 + 1 / GRID, 1 - 1 / GRID, GRID), atol=1e-6)


def test_sampling_a_turned_head_reads_the_keyframe_where_the_flow_says() -> None:
    turned = face_at(10.0, 3.0, 5.0, x=330.0)
    x, y = ANCHOR.sampling(turned, ANCHOR.placed(turned), (SQUARE, SQUARE))
    flow = ANCHOR.flow(turned)
    for column, row in ((200, 180), (256, 300), (320, 120)):
        moved = _read_at(flow, np.array([column, row], np.float64))
        assert abs(x[row, column] - column - moved[0]) < 2.5
        assert abs(y[row, column] - row - moved[1]) < 2.5
