"""Which part of the picture a tile shows, and where tiles are."""

from __future__ import annotations

import numpy as np
import pytest

from engines.head_pose import HeadPose
from realtime.four_up.tile import tile_places
from realtime.four_up.tile_view import view_about, whole_view
from realtime.rect import Rect

_FRAME = (1280, 720)
_TILE = (636, 356)


def _head(x: float = 640.0, y: float = 300.0, scale: float = 10.0) -> HeadPose:
    return HeadPose(np.eye(3), scale, np.array([x, y]))


def _shape(view: Rect) -> float:
    return (view.right - view.left) / (view.bottom - view.top)


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (480, 641), (321, 240)])
def test_tiles_fill_the_picture_and_do_not_overlap(count: int, size: tuple[int, int]) -> None:
    covered = np.zeros((size[1], size[0]), int)
    places = tile_places(size, count)
    for place in places:
        covered[place.top : place.bottom, place.left : place.right] += 1
    assert len(places) == (2 if count == 2 else 4)
    assert covered.max() == 1
    assert covered.mean() > 0.97
    assert len({(place.right - place.left, place.bottom - place.top) for place in places}) == 1


def test_tiles_come_in_reading_order() -> None:
    first, second, third, fourth = tile_places((640, 480), 4)
    assert first.left < second.left
    assert first.top == second.top < third.top
    assert (third.left, fourth.left) == (first.left, second.left)


@pytest.mark.parametrize("scale", [4.0, 8.0, 12.0, 30.0])
@pytest.mark.parametrize("x", [40.0, 640.0, 1270.0])
def test_a_view_lies_in_the_frame_has_the_shape_of_its_tile_and_enlarges_nothing(
    scale: float, x: float
) -> None:
    view = view_about(_head(x, scale=scale), _FRAME, _TILE, None)
    assert view.within(Rect(0, 0, *_FRAME)) == view
    assert _shape(view) == pytest.approx(_TILE[0] / _TILE[1], rel=0.01)
    assert view.right - view.left >= _TILE[0]


def test_a_far_head_fills_the_tile() -> None:
    view = view_about(_head(scale=9.0), _FRAME, _TILE, None)
    assert view.bottom - view.top < 0.6 * _FRAME[1]
    assert view.left < 640 - 90
    assert view.right > 640 + 90


def test_a_view_stays_while_the_head_moves_within_it() -> None:
    view = view_about(_head(scale=9.0), _FRAME, _TILE, None)
    assert view_about(_head(670.0, 310.0, 9.5), _FRAME, _TILE, view) == view


@pytest.mark.parametrize("moved", [_head(1000.0, scale=9.0), _head(scale=17.0)])
def test_a_head_that_leaves_or_comes_near_gets_another_view(moved: HeadPose) -> None:
    view = view_about(_head(scale=9.0), _FRAME, _TILE, None)
    assert view_about(moved, _FRAME, _TILE, view) != view


def test_a_head_that_the_frame_cuts_off_does_not_make_the_view_restless() -> None:
    head = _head(1275.0, 20.0, 15.0)
    view = view_about(head, _FRAME, _TILE, None)
    assert view_about(head, _FRAME, _TILE, view) == view


@pytest.mark.parametrize("tile", [_TILE, (636, 720), (240, 318)])
def test_the_whole_view_is_as_large_as_its_shape_lets_it_be(tile: tuple[int, int]) -> None:
    view = whole_view(_FRAME, tile)
    assert _shape(view) == pytest.approx(tile[0] / tile[1], rel=0.01)
    assert view.right - view.left == _FRAME[0] or view.bottom - view.top == _FRAME[1]
