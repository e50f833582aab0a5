"""Hair that swings."""

import numpy as np
import numpy.typing as npt
import pytest

from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.look import Look
from engines.strands.body import SKULL
from engines.strands.fitted import FittedStrands
from engines.strands.library import StrandLibrary
from engines.strands.projection import project, thinned
from engines.strands.springs import HairSprings
from engines.strands.sway import BACK, FRONT, LEFT, RIGHT, Sway

SIZE = (640, 480)
FPS = 30


@pytest.fixture(scope="module")
def long_hair() -> FittedStrands:
    return FittedStrands(StrandLibrary().strands(Look("long-straight").shape), HeadShape())


def pose(yaw: float = 0.0, roll: float = 0.0, x: float = 320.0, scale: float = 11.0) -> HeadPose:
    a, c = np.radians([yaw, roll])
    turn = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    lean = np.array([[np.cos(c), np.sin(c), 0], [-np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return HeadPose(lean @ turn, scale, np.array([x, 200.0]))


def swings(sway: Sway, poses: list[HeadPose], fps: float = FPS) -> npt.NDArray[np.float32]:
    springs = HairSprings()
    return np.stack([springs.swing(sway, at, SIZE, i / fps) for i, at in enumerate(poses)])


def drawn(
    fitted: FittedStrands, swing: npt.NDArray[np.float32], share: float = 1.0
) -> npt.NDArray[np.float32]:
    """Head-frame x, y, z and width of all vertices: a camera that changes nothing."""
    position = np.zeros_like(fitted.place)
    camera = (*np.eye(3, dtype=np.float32).reshape(-1), np.float32(0.0), np.float32(0.0))
    project(fitted.place, fitted.sway.table, tuple(swing.reshape(-1)), camera, 1.0, *thinned(share), position)
    return position


def test_hair_lags_behind_a_head_that_starts_and_settles_when_it_rests(long_hair: FittedStrands) -> None:
    starts = [pose(x=320.0 + 60.0 * min(i / 6.0, 1.0)) for i in range(90)]
    off = swings(long_hair.sway, starts)[:, BACK, 0]
    assert off[3] < -1.0, "hair stays where it was"
    assert off[6:25].max() > 0.5, "then swings past its place"
    assert np.abs(off[-10:]).max() < 0.05, "and is at rest within three seconds"


def test_noise_of_the_tracker_moves_no_hair(long_hair: FittedStrands) -> None:
    rng = np.random.default_rng(0)
    still = [
        pose(rng.normal(0.0, 0.15), rng.normal(0.0, 0.15), 320.0 + rng.normal(0.0, 0.4)) for _ in range(150)
    ]
    off = swings(long_hair.sway, still)
    rigid = np.stack([at.rotation @ long_hair.sway.tip.T for at in still]).transpose(0, 2, 1)
    moved = np.stack([at.rotation @ o[:, :3].T for at, o in zip(still, off, strict=True)]).transpose(0, 2, 1)
    # What leaning adds takes away what the head's own noise would do to the tips.
    assert (rigid + moved)[5:, :3, 0].std(axis=0).max() < 0.12


def test_swing_is_bounded_however_wild_the_head(long_hair: FittedStrands) -> None:
    rng = np.random.default_rng(1)
    wild = [pose(yaw=rng.uniform(-30, 30), x=320.0 + rng.uniform(-40, 40)) for _ in range(200)]
    assert np.abs(swings(long_hair.sway, wild)).max() < 0.5 * long_hair.sway.length.max()


def test_the_frame_rate_does_not_change_the_swing(long_hair: FittedStrands) -> None:
    def at(seconds: float) -> HeadPose:
        return pose(yaw=15.0 * np.sin(9.0 * seconds))

    slow = swings(long_hair.sway, [at(i / 15.0) for i in range(30)], 15.0)
    fast = swings(long_hair.sway, [at(i / 60.0) for i in range(120)], 60.0)
    assert np.abs(slow - fast[::4]).max() < 0.8


def test_hair_hangs_down_in_the_world_when_the_head_leans(long_hair: FittedStrands) -> None:
    leaning = [pose(roll=20.0 * min(i / 15.0, 1.0)) for i in range(120)]
    swing = swings(long_hair.sway, leaning)[-1]
    position, rest = drawn(long_hair, swing), long_hair.place
    low = (rest[:, 1] < -18.0) & (rest[:, 0] > 6.0)
    # On the side to which the head leans nothing is in the way.
    hang = leaning[-1].rotation @ (position[low, :3] - rest[low, :3]).mean(axis=0)
    stiff = leaning[-1].rotation @ [0.0, -1.0, 0.0]
    assert hang[0] / np.ptp([stiff[0], 0.0]) > 0.5 * long_hair.sway.length[LEFT]
    scalp = rest[:, 1] > 8.0
    assert np.abs(position[scalp, :3] - rest[scalp, :3]).max() < 0.6, "hair on the scalp stays"


def test_no_hair_is_pressed_into_the_head_or_before_the_face(long_hair: FittedStrands) -> None:
    rest = long_hair.place
    for zone in (LEFT, RIGHT, BACK):
        for axis in (0, 2):
            for way in (-6.0, 6.0):
                swing = np.zeros((4, 6), np.float32)
                swing[zone, axis] = way
                position = drawn(long_hair, swing)
                unit = (position[:, :3] - SKULL.center) / SKULL.radii
                before = np.linalg.norm((rest[:, :3] - SKULL.center) / SKULL.radii, axis=1)
                inside = (np.linalg.norm(unit, axis=1) < 0.94) & (before >= 1.0)
                assert inside.mean() < 1e-3
                face = (position[:, 2] > 5.0) & (np.abs(position[:, 1]) < 5.0)
                clear = (np.abs(rest[:, 0]) > 5.0) & (np.abs(position[:, 0]) < 3.0)
                assert (face & clear).mean() < 1e-4


def test_a_fringe_has_a_zone_of_its_own() -> None:
    bob = FittedStrands(StrandLibrary().strands(Look("full-bang-bob").shape), HeadShape())
    assert bob.sway.length[FRONT] > 1.5
    assert bob.sway.tip[FRONT, 2] > 5.0
    buzz = FittedStrands(StrandLibrary().strands(Look("buzz-cut").shape), HeadShape())
    assert not buzz.sway.length.any(), "stubble does not swing"


def test_a_jump_or_an_absence_starts_from_rest(long_hair: FittedStrands) -> None:
    springs = HairSprings()
    for i in range(10):
        springs.swing(long_hair.sway, pose(x=320.0 + 10.0 * i), SIZE, i / FPS)
    assert not springs.swing(long_hair.sway, pose(x=20.0), SIZE, 10 / FPS)[:, :3].any()
    springs.swing(long_hair.sway, pose(x=40.0), SIZE, 11 / FPS)
    assert not springs.swing(long_hair.sway, pose(x=40.0), SIZE, 3.0)[:, :3].any()


def test_strands_get_thin_before_they_are_left_out(long_hair: FittedStrands) -> None:
    still = np.zeros((4, 6), np.float32)
    full = drawn(long_hair, still)[:, 3]
    shares = (1.0, 0.9, 0.7, 0.5)
    widths = [drawn(long_hair, still, share)[:, 3] for share in shares]
    np.testing.assert_allclose(widths[0], full)
    left = [(width > 0.0).mean() for width in widths]
    assert left[0] > 0.99
    assert left[3] == pytest.approx(0.5 + 20 / 256, abs=0.02)
    thin = (widths[2] > 0.0) & (widths[2] < 0.9 * full)
    assert 0.05 < thin.mean() < 0.2
    assert widths[3].sum() > 0.5 * full.sum(), "the others make up for them"
