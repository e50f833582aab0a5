"""Grown styles that sessions share."""

import threading
import time

import pytest

from engines.errors import UnknownStyleError
from engines.look import Look
from engines.strands import library as module
from engines.strands.library import StrandLibrary


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> list[Look]:
    """What is grown, in order; growing takes no time and gives the look itself."""
    looks: list[Look] = []

    def grow(groom: object, look: Look, detail: float) -> Look:
        looks.append(look)
        time.sleep(0.02)
        return look

    monkeypatch.setattr(module, "grow", grow)
    return looks


def test_a_slider_drawn_through_its_range_drives_out_no_style(grown: list[Look]) -> None:
    library = StrandLibrary(capacity=3)
    plain = [Look(style.id) for style in library.styles[:5]]
    for look in plain:
        library.strands(look)
    for step in range(10):
        library.strands(Look("pixie", length=0.8 + 0.02 * step))
    before = len(grown)
    for look in plain:
        library.strands(look)
    assert len(grown) == before


def test_of_changed_styles_the_last_used_stay(grown: list[Look]) -> None:
    library = StrandLibrary(capacity=2)
    first, second, third = (Look("pixie", length=length) for length in (0.8, 0.9, 1.1))
    for look in (first, second, first, third):
        library.strands(look)
    before = len(grown)
    library.strands(first)
    assert len(grown) == before
    library.strands(second)
    assert len(grown) == before + 1


def test_all_styles_are_grown_until_stopped(grown: list[Look]) -> None:
    library = StrandLibrary()
    library.grow_all(lambda: len(grown) >= 3)
    assert len(grown) == 3
    library.grow_all(lambda: False)
    assert sorted(look.style for look in grown) == sorted(style.id for style in library.styles)


def test_two_threads_that_want_the_same_grow_it_once(grown: list[Look]) -> None:
    library = StrandLibrary()
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(library.strands(Look("afro")))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(grown) == 1
    assert len(found) == 4


def test_a_failure_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    library = StrandLibrary()
    outcomes: list[object] = [ValueError("broken"), "strands"]

    def grow(groom: object, look: Look, detail: float) -> object:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(module, "grow", grow)
    with pytest.raises(ValueError, match="broken"):
        library.strands(Look("afro"))
    assert str(library.strands(Look("afro"))) == "strands"
    with pytest.raises(UnknownStyleError):
        library.strands(Look("none-such"))
