"""What photos may take from live sessions."""

from __future__ import annotations

from server.background_share import BackgroundShare


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def after(clock: Clock, share: BackgroundShare, returned: int, seconds: int) -> float:
    """The share after so many seconds of a session that received 30 frames in each."""
    for _ in range(seconds):
        clock.now += 1.0
        share.note(30, returned)
    return share.value


def test_all_of_the_time_while_nobody_is_live() -> None:
    clock = Clock()
    share = BackgroundShare(clock)
    assert share.value == 1.0
    assert after(clock, share, 30, 1) < 0.5
    clock.now += 5.0
    assert share.value == 1.0


def test_losses_halve_it_and_quiet_seconds_give_it_back() -> None:
    clock = Clock()
    share = BackgroundShare(clock)
    begin = after(clock, share, 30, 10)
    assert after(clock, share, 24, 1) == begin / 2
    least = after(clock, share, 24, 20)
    assert 0.0 < least < begin / 2
    assert least < after(clock, share, 30, 3) < begin
    assert after(clock, share, 29, 60) == 1.0


def test_every_session_begins_with_caution() -> None:
    clock = Clock()
    share = BackgroundShare(clock)
    begin = after(clock, share, 30, 1)
    after(clock, share, 30, 60)
    clock.now += 5.0
    assert share.value == 1.0
    assert after(clock, share, 30, 1) == begin
