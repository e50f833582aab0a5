"""A processor in stock: for one session only, and never forgotten."""

from __future__ import annotations

from engines.look import Look
from server.spare_processor import SpareProcessor
from tests.loopback.fake_processor import FakeProcessor


class Factory:
    def __init__(self) -> None:
        self.made: list[FakeProcessor] = []

    def __call__(self, look: Look) -> FakeProcessor:
        self.made.append(FakeProcessor(look))
        return self.made[-1]


def test_the_one_in_stock_is_taken_once_and_wears_the_look() -> None:
    make = Factory()
    processors = SpareProcessor(make)
    processors.stock()
    processors.stock()
    assert len(make.made) == 1
    first, second = processors.take(Look("pixie")), processors.take(Look("afro"))
    assert [first, second] == make.made
    assert (first.look.style, second.look.style) == ("pixie", "afro")


def test_closing_releases_the_one_in_stock_only_and_makes_no_more() -> None:
    make = Factory()
    processors = SpareProcessor(make)
    processors.stock()
    taken = processors.take(Look())
    processors.stock()
    processors.close()
    processors.stock()
    assert [processor.closed for processor in make.made] == [False, True]
    assert taken is make.made[0]
