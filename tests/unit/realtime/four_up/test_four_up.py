"""Several styles side by side: which tile shows what, how often, and what is left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest

from engines.errors import UnknownStyleError
from engines.look import OWN_STYLE, Look
from realtime.four_up.four_up import FourUp
from realtime.four_up.tile import tile_places
from realtime.frame_result import FrameResult
from realtime.settings import PipelineSettings
from tests.unit.drawn_engine import Cap, CapEngine
from tests.unit.moving_face import Placed

U8 = npt.NDArray[np.uint8]

FACE = Placed().frame()
ASIDE = Placed(x=210).frame()
RED = Look("afro", "#C02020")
STYLES = ("violet", "green", "blue", "pixie")
# What the portrait has not.
_COLORS = {"violet": (1.0, 0.0, 1.0), "green": (0.0, 1.0, 0.0), "blue": (0.0, 0.0, 1.0)}


class StyleEngine(CapEngine):
    """Each style has its own colour, so that a picture says which is where."""

    def prepare(self, look: Look) -> Cap:
        if look.style not in STYLES:
            raise UnknownStyleError(look.style)
        return Cap(look, _COLORS.get(look.style, (1.0, 1.0, 1.0)), 4.0)


class Show:
    """Feeds a :class:`FourUp` frames at 30 a second of stream time."""

    def __init__(self) -> None:
        self.engines: list[StyleEngine] = []
        self.freed: list[float] = []
        self.four = FourUp(self._engine, PipelineSettings(), freed=lambda: self.freed.append(self.time))
        self.time = 0.0

    def frame(self, rgb: U8, styles: tuple[str, ...] = STYLES) -> FrameResult:
        result = self.four.process(rgb.copy(), self.time, RED, styles)
        self.time += 1 / 30
        return result

    def until(
        self, rgb: U8, wanted: Callable[[U8], bool], styles: tuple[str, ...] = STYLES, patience: float = 90.0
    ) -> U8:
        """Frames until the picture is as wanted."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            picture = self.frame(rgb, styles).rgb
            if wanted(picture):
                return picture.copy()
            time.sleep(0.02)
        raise AssertionError("the wanted picture never came")

    def _engine(self) -> StyleEngine:
        self.engines.append(StyleEngine())
        return self.engines[-1]


@pytest.fixture
def show() -> Iterator[Show]:
    made = Show()
    yield made
    made.four.close()


def _tiles(picture: U8, count: int = 4) -> list[U8]:
    places = tile_places((picture.shape[1], picture.shape[0]), count)
    return [picture[place.top : place.bottom, place.left : place.right] for place in places]


def _share(tile: U8, style: str) -> float:
    """The part of pixels in a style's colour: its channels far above the others."""
    inside = np.array(_COLORS[style]) > 0.5
    channels = tile.astype(int)
    return float((channels[..., inside].min(axis=2) > channels[..., ~inside].max(axis=2) + 70).mean())


def _wears(tile: U8, style: str) -> bool:
    return _share(tile, style) > 0.02 and all(
        _share(tile, other) < 0.01 for other in _COLORS if other != style
    )


def _reddened(tile: U8, before: U8) -> float:
    """The part of pixels that became redder."""
    change = tile.astype(int) - before
    return float((change[..., 0] - change[..., 1] > 40).mean())


def _colored(picture: U8, count: int = 4) -> bool:
    return all(_wears(tile, style) for tile, style in zip(_tiles(picture, count), STYLES[:3], strict=False))


def test_each_tile_wears_its_own_style_and_they_are_drawn_in_turn(show: Show) -> None:
    before = show.until(FACE, _colored)
    assert before.shape == FACE.shape
    assert max(_share(_tiles(before)[3], style) for style in _COLORS) < 0.01
    changed = []
    for level in (1, 2, 3, 4):
        after = show.frame(np.clip(FACE.astype(int) + 6 * level, 0, 255).astype(np.uint8)).rgb.copy()
        differ = [not np.array_equal(*pair) for pair in zip(_tiles(before), _tiles(after), strict=True)]
        assert sum(differ) == 1
        changed.append(differ.index(True))
        before = after
    assert sorted(changed) == [0, 1, 2, 3]


def test_the_wearer_is_seen_at_once_at_every_place(show: Show) -> None:
    for tile in _tiles(show.frame(FACE).rgb):
        assert tile.std() > 20
        assert abs(float(tile.mean()) - float(FACE.mean())) < 25


def test_two_styles_stand_side_by_side(show: Show) -> None:
    picture = show.until(FACE, lambda seen: _colored(seen, 2), STYLES[:2])
    left, right = _tiles(picture, 2)
    assert left.shape == right.shape
    assert left.shape[0] == FACE.shape[0]


def test_with_three_styles_the_fourth_place_shows_the_wearer_as_they_are(show: Show) -> None:
    picture = show.until(FACE, _colored, STYLES[:3])
    assert max(_share(_tiles(picture)[3], style) for style in _COLORS) < 0.01


def test_own_hair_is_one_of_the_styles(show: Show) -> None:
    styles = (*STYLES[:3], OWN_STYLE)
    plain = _tiles(show.frame(FACE, styles).rgb)[3].copy()
    show.until(FACE, lambda seen: _colored(seen) and _reddened(_tiles(seen)[3], plain) > 0.01, styles)


def test_tiles_change_style_and_follow_a_head_that_leaves_them(show: Show) -> None:
    other = ("blue", *STYLES[1:])
    show.until(FACE, _colored)
    show.until(FACE, lambda seen: _wears(_tiles(seen)[0], "blue") and _wears(_tiles(seen)[1], "green"), other)
    assert len(show.engines) <= 5, "a change of style needs no new pipelines"
    assert _colored(show.until(ASIDE, lambda seen: len(show.engines) > 7 and _colored(seen)))


def test_leaving_frees_engines_and_threads(show: Show) -> None:
    before = threading.active_count()
    show.until(FACE, _colored)
    show.four.leave()
    deadline = time.monotonic() + 60.0
    # What closes the pipelines is kept for the next time.
    while not show.freed or threading.active_count() > before + 1:
        assert time.monotonic() < deadline, "keyframe threads are left"
        time.sleep(0.02)
    assert all("close" in engine.calls for engine in show.engines)
    show.four.leave()
    assert len(show.freed) == 1
    assert _colored(show.until(FACE, _colored))


def test_an_empty_room_is_shown_as_it_is(show: Show) -> None:
    empty = np.full((480, 640, 3), 170, np.uint8)
    for _ in range(8):
        picture = show.frame(empty).rgb
    assert all((tile == 170).all() for tile in _tiles(picture))


def test_a_tiny_picture_comes_back_whole(show: Show) -> None:
    result = show.frame(np.full((2, 2, 3), 90, np.uint8))
    assert result.rect is None
    assert (result.rgb == 90).all()
