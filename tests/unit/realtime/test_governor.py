"""Less before slower."""

from itertools import pairwise

import pytest

from engines.quality import Quality
from realtime.errors import SettingsError
from realtime.governor import LEVELS, Governor
from realtime.settings import GovernorSettings


class Machine:
    """Frames of a camera, 30 a second, through a mailbox that holds one, processed in a time that depends on
    the quality."""

    def __init__(self, fixed: float, hair: float, settings: GovernorSettings | None = None) -> None:
        self.governor = Governor(settings)
        self.fixed, self.hair = fixed, hair
        self.frame = 0
        self.free_at = 0.0
        self.lost = 0
        self.qualities: list[Quality] = []

    def run(self, seconds: float) -> "Machine":
        end = self.frame + round(seconds * 30)
        while self.frame < end:
            newest = max(self.frame + 1, int(self.free_at * 30))
            self.lost += newest - self.frame - 1
            self.frame = newest
            time = self.frame / 30
            quality = self.governor.quality
            self.qualities.append(quality)
            took = self.fixed + self.hair * quality.strands * quality.pixels**2
            self.free_at = max(self.free_at, time) + took
            self.governor.observe(took, time)
        return self

    @property
    def level(self) -> int:
        return self.governor.quality.level


def test_a_quick_machine_keeps_full_quality() -> None:
    machine = Machine(0.008, 0.008).run(20)
    assert machine.qualities[-1] == LEVELS[0]
    assert len(set(machine.qualities)) == 1


def test_a_slow_machine_asks_for_less_and_loses_no_frame() -> None:
    machine = Machine(0.012, 0.016).run(20)
    assert machine.level > 0
    assert machine.lost == 0
    took = 0.012 + 0.016 * machine.governor.quality.strands * machine.governor.quality.pixels**2
    assert took < GovernorSettings().high / 30


def test_frames_slower_than_the_camera_are_lost_in_the_first_seconds_only() -> None:
    machine = Machine(0.012, 0.045).run(5)
    before = machine.lost
    assert before > 0
    machine.run(20)
    assert machine.lost == before
    assert machine.level >= 3


def test_quality_comes_back_slowly_when_the_load_is_gone() -> None:
    machine = Machine(0.010, 0.022).run(6)
    assert machine.level > 0
    machine.hair = 0.004
    machine.run(2)
    assert machine.level > 0, "not at once"
    machine.run(60)
    assert machine.level == 0
    assert machine.governor.quality == LEVELS[0]


def test_quality_does_not_swing_between_two_levels() -> None:
    # Between the thresholds at one level, above them one level higher.
    machine = Machine(0.0145, 0.0125).run(120)
    levels = [quality.level for quality in machine.qualities]
    changes = sum(a != b for a, b in pairwise(levels))
    assert changes <= 6


def test_a_level_given_back_too_early_is_waited_for_longer() -> None:
    settings = GovernorSettings(high=0.5, low=0.49)
    machine = Machine(0.010, 0.0073, settings).run(200)
    levels = [quality.level for quality in machine.qualities]
    ups = [i / 30 for i, (a, b) in enumerate(pairwise(levels)) if b < a]
    assert len(ups) < 9
    gaps = [b - a for a, b in pairwise(ups)]
    assert all(later > earlier - 0.5 for earlier, later in pairwise(gaps))
    assert gaps[-1] > 3.0 * gaps[0]


def test_strands_and_pixels_change_a_little_from_frame_to_frame() -> None:
    machine = Machine(0.012, 0.045).run(10)
    for before, after in pairwise(machine.qualities):
        assert abs(after.strands - before.strands) < 0.06
        assert abs(after.pixels - before.pixels) < 0.04


def test_single_slow_frames_cost_nothing() -> None:
    governor = Governor()
    for frame in range(300):
        governor.observe(0.060 if frame % 10 == 0 else 0.012, frame / 30)
    assert governor.quality == LEVELS[0]


def test_a_slow_beginning_costs_nothing() -> None:
    governor = Governor()
    for frame in range(300):
        governor.observe(0.040 if frame < 36 else 0.015, frame / 30)
        assert governor.quality == LEVELS[0]


def test_a_slower_camera_leaves_more_time() -> None:
    governor = Governor()
    for frame in range(150):
        governor.observe(0.030, frame / 15)
    assert governor.quality == LEVELS[0]


def test_a_pause_is_no_slowness() -> None:
    governor = Governor()
    for frame in range(200):
        governor.observe(0.010, frame / 30 + 5.0 * (frame // 20))
    assert governor.quality == LEVELS[0]


def test_every_level_costs_less_than_the_one_before() -> None:
    for better, worse in pairwise(LEVELS):
        assert worse.level == better.level + 1
        assert worse.strands <= better.strands
        assert worse.pixels * worse.frame < better.pixels * better.frame
        assert worse.matte >= better.matte
        assert worse.hands >= better.hands


def test_the_picture_is_read_less_often_before_strands_go() -> None:
    assert LEVELS[1].strands == 1.0
    assert LEVELS[1].matte > 1
    assert LEVELS[-1].strands >= 0.5


def test_lost_frames_cost_a_level_although_each_is_quick_enough() -> None:
    busy, idle = Governor(), Governor()
    for frame in (frame for frame in range(120) if frame % 6):
        busy.observe(0.026, frame / 30)
        idle.observe(0.010, frame / 30)
    assert busy.quality.level > 0
    assert idle.quality.level == 0, "the network loses frames too"


@pytest.mark.parametrize("settings", [{"low": 0.8}, {"frames": 1}, {"wait": 9.0}])
def test_settings_that_make_no_sense_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        GovernorSettings(**settings)  # type: ignore[arg-type]
