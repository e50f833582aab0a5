"""Hair on a head: placement, occlusion, visibility."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from engines.errors import UnknownStyleError
from engines.face import Face
from engines.head_crop import HeadCrop
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.look import Look
from engines.palette import PALETTE
from engines.strands.body import SKULL
from engines.strands.engine import LIVE_SCALE, StrandEngine
from engines.strands.fitted import FittedStrands
from engines.strands.library import StrandLibrary
from engines.strands.renderer import StrandRenderer
from engines.strands.visibility import ViewCache, select_view

SIZE = (480, 480)
CROP = HeadCrop(np.zeros((8, 8, 3), np.uint8), np.eye(3)[:2], np.eye(3)[:2])


@pytest.fixture(scope="module")
def library() -> StrandLibrary:
    return StrandLibrary()


@pytest.fixture(scope="module")
def bob(library: StrandLibrary) -> FittedStrands:
    return FittedStrands(library.strands(Look("c-curl-bob")), HeadShape())


@pytest.fixture(scope="module")
def long_hair(library: StrandLibrary) -> FittedStrands:
    return FittedStrands(library.strands(Look("long-straight")), HeadShape())


def face(
    yaw: float = 0.0, pitch: float = 0.0, scale: float = 9.0, center: tuple[float, float] = (240.0, 200.0)
) -> Face:
    a, b = np.radians([yaw, pitch])
    turn = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    nod = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    pose = HeadPose(turn @ nod, scale, np.array(center))
    return Face(pose.project(mean_face()).astype(np.float32), pose, SIZE)


def in_frame(
    fitted: FittedStrands, at: Face, renderer: StrandRenderer | None = None
) -> npt.NDArray[np.float32]:
    """The layer pasted into an empty frame (480, 480, 4)."""
    layer = (renderer or StrandRenderer(at.pose.scale)).render(at, fitted, PALETTE["N5"])
    frame = np.zeros((SIZE[1], SIZE[0], 4), np.float32)
    if layer is not None:
        assert layer.to_frame[0, 0] == 1.0
        x, y = layer.to_frame[:, 2].astype(int)
        height, width = layer.rgba.shape[:2]
        frame[y : y + height, x : x + width] = layer.rgba
    return frame


def test_layer_is_premultiplied_and_in_range(bob: FittedStrands) -> None:
    rgba = in_frame(bob, face())
    assert rgba.min() >= 0.0
    assert rgba[..., 3].max() == pytest.approx(1.0, abs=1e-4)
    assert (rgba[..., 3] > 0.9).sum() > 10_000


def test_hair_moves_with_the_head(bob: FittedStrands) -> None:
    here = in_frame(bob, face(), StrandRenderer(LIVE_SCALE))
    there = in_frame(bob, face(center=(247.0, 195.0)), StrandRenderer(LIVE_SCALE))
    # Where rounding picks another pixel, single strands may differ.
    moved = np.abs(there[:-5, 7:] - here[5:, :-7])
    assert (moved > 2e-3).mean() < 1e-3


@pytest.mark.parametrize("yaw", [-60.0, -30.0, 0.0, 30.0, 60.0])
def test_hair_stays_on_the_head_at_any_yaw(long_hair: FittedStrands, yaw: float) -> None:
    """The crown is covered, and the far outline of the hair is where the skull's is (within 2.5 cm)."""
    at = face(yaw)
    alpha = in_frame(long_hair, at)[..., 3]
    crown = at.pose.project([1.5, SKULL.center[1] + 0.97 * SKULL.radii[1], SKULL.center[2]])
    assert alpha[round(crown[1]) + 6, round(crown[0])] > 0.7
    row = round(at.pose.project(SKULL.center)[1])
    columns = np.flatnonzero(alpha[row] > 0.5)
    depth, width = SKULL.radii[2], SKULL.radii[0]
    half = at.pose.scale * np.hypot(width * np.cos(np.radians(yaw)), depth * np.sin(np.radians(yaw)))
    middle = at.pose.project(SKULL.center)[0]
    assert columns[0] == pytest.approx(middle - half, abs=2.5 * at.pose.scale)
    assert columns[-1] == pytest.approx(middle + half, abs=2.5 * at.pose.scale)


@pytest.mark.parametrize("yaw", [-60.0, -30.0, 0.0, 30.0, 60.0])
def test_hair_behind_the_face_stays_behind(long_hair: FittedStrands, yaw: float) -> None:
    at = face(yaw)
    alpha = in_frame(long_hair, at)[..., 3]
    for landmark in (1, 4, 6, 13):  # along the nose and the lips, 0.8 cm inside the profile's outline
        x, y = np.rint(at.pose.project(mean_face()[landmark] - [0.0, 0.0, 0.8])[:2]).astype(int)
        assert alpha[y, x] < 0.05, landmark


def test_neck_hides_hair_behind_it_and_not_hair_before_it(long_hair: FittedStrands) -> None:
    frontal = in_frame(long_hair, face())[..., 3]
    throat = face().pose.project([0.0, -10.0, 2.0]).astype(int)
    assert frontal[throat[1], throat[0]] < 0.05


@pytest.mark.parametrize("yaw", [-50.0, 0.0, 25.0])
def test_culling_changes_nothing_to_see(bob: FittedStrands, yaw: float) -> None:
    """Drawing only what the view list holds gives the picture of drawing every segment."""
    culled = in_frame(bob, face(yaw))
    everything = FittedStrands(bob.strands, HeadShape())
    clear = np.zeros_like(bob.strands.tau)
    nowhere = np.array([0, 0, 0, 1e-3, 1e-3, 1e-3], np.float32)
    points = everything.place[:, :3].copy()
    everything.views = ViewCache(points, clear, bob.strands.start, nowhere)
    full = in_frame(everything, face(yaw))
    assert np.abs(culled[..., 3] - full[..., 3]).mean() < 0.002
    assert np.abs(culled - full).mean() < 0.004


def test_view_lists_are_front_to_back(bob: FittedStrands) -> None:
    direction = np.array([0.5, 0.0, 0.866], np.float32)
    points = bob.place[:, :3].copy()
    view = select_view(points, bob.strands.tau, bob.strands.start, direction, bob.skull)
    depth = points @ direction
    middle = 0.5 * (depth[view.segments] + depth[view.segments + 1])
    slab = (middle.max() - middle.min()) / 128
    assert (np.diff(middle) < 1.01 * slab).all()


def test_near_views_share_a_list(bob: FittedStrands) -> None:
    views = ViewCache(bob.place[:, :3].copy(), bob.strands.tau, bob.strands.start, bob.skull)
    first = views.view(np.array([0.0, 0.0, 1.0], np.float32))
    turned = np.radians(4.0)
    assert views.view(np.array([np.sin(turned), 0.0, np.cos(turned)], np.float32)) is first
    turned = np.radians(9.0)
    far = np.array([np.sin(turned), 0.0, np.cos(turned)], np.float32)
    assert views.view(far) is first, "no frame waits for a list while the last one will do"
    views.prefetch(far)
    other = views.view(np.array([np.sin(turned), 0.0, np.cos(turned)], np.float32))
    assert other is not first
    assert views.view(np.array([0.0, 0.0, 1.0], np.float32)) is first


def test_a_still_head_gives_a_still_picture(bob: FittedStrands) -> None:
    renderer = StrandRenderer(LIVE_SCALE)
    frames = [in_frame(bob, face(), renderer) for _ in range(30)]
    for frame in frames[-4:]:
        assert np.abs(frame - frames[-5]).max() < 0.02
    assert np.abs(frames[-1] - frames[0]).mean() < 0.002


def test_head_outside_the_frame_gives_no_layer(bob: FittedStrands) -> None:
    assert StrandRenderer(LIVE_SCALE).render(face(center=(2000.0, 200.0)), bob, PALETTE["N1"]) is None


def test_hair_is_cut_at_the_frame_and_not_before_it(long_hair: FittedStrands) -> None:
    rgba = in_frame(long_hair, face(scale=10.0, center=(240.0, 360.0)))
    assert (rgba[-1, :, 3] > 0.9).sum() > 50


def test_close_faces_are_drawn_at_a_capped_resolution(bob: FittedStrands) -> None:
    layer = StrandRenderer(LIVE_SCALE).render(face(scale=2 * LIVE_SCALE), bob, PALETTE["N1"])
    assert layer is not None
    assert layer.to_frame[0, 0] == pytest.approx(2.0)


def test_a_wider_head_gets_wider_hair(bob: FittedStrands) -> None:
    wide = FittedStrands(bob.strands, HeadShape(width=1.1))
    extent = [np.ptp(np.flatnonzero(in_frame(f, face())[..., 3].max(axis=0) > 0.5)) for f in (bob, wide)]
    assert extent[1] / extent[0] == pytest.approx(1.1, abs=0.03)


def test_engine_follows_the_protocol(library: StrandLibrary) -> None:
    engine = StrandEngine(library)
    brown = engine.keyframe(CROP, face(), engine.prepare(Look("pixie", "N5")))
    red = engine.keyframe(CROP, face(), engine.prepare(Look("pixie", "X7")))
    assert brown.fitted is red.fitted
    layer = engine.render(face(), brown)
    assert layer is not None
    first = layer.rgba.copy()
    assert engine.render(face(), red) is not None
    second = engine.render(replace(face(), time=0.25), red)
    assert second is not None
    lit = first[..., 3] > 0.9
    ratio = [np.median(rgba[lit, 0] / rgba[lit, 2]) for rgba in (first, second.rgba)]
    assert ratio[1] > 1.5 * ratio[0]
    engine.close()


def test_style_without_a_colour_takes_its_own(library: StrandLibrary) -> None:
    prepared = StrandEngine(library).prepare(Look("afro"))
    assert prepared.color.id == library.style("afro").default_color


def test_unknown_style_is_named(library: StrandLibrary) -> None:
    with pytest.raises(UnknownStyleError, match="no-such-style"):
        StrandEngine(library).prepare(Look("no-such-style"))


def test_sessions_share_grown_styles(library: StrandLibrary) -> None:
    assert (
        StrandEngine(library).prepare(Look("pixie")).strands
        is StrandEngine(library).prepare(Look("pixie")).strands
    )


def eased(
    engine: StrandEngine, looks: list[tuple[float, Look]], until: float
) -> list[npt.NDArray[np.float32]]:
    """Frames at 30 a second of looks wanted from a time on; each frame (480, 480, 4)."""
    frames, wanted, keyframe = [], list(looks), None
    for index in range(round(until * 30)):
        at = replace(face(scale=7.0), time=index / 30)
        while wanted and wanted[0][0] <= at.time:
            keyframe = engine.keyframe(CROP, at, engine.prepare(wanted.pop(0)[1]))
        assert keyframe is not None
        layer = engine.render(at, keyframe)
        assert layer is not None
        x, y = layer.to_frame[:, 2].astype(int)
        frame = np.zeros((SIZE[1], SIZE[0], 4), np.float32)
        frame[y : y + layer.rgba.shape[0], x : x + layer.rgba.shape[1]] = layer.rgba
        frames.append(frame)
    return frames


@pytest.mark.parametrize("after", [Look("pixie", "N5"), Look("c-curl-bob", "X7")])
def test_a_new_style_or_colour_fades_in(library: StrandLibrary, after: Look) -> None:
    frames = eased(StrandEngine(library), [(0.0, Look("c-curl-bob", "N5")), (0.5, after)], 1.0)
    change = [float(np.abs(b - a).mean()) for a, b in pairwise(frames)]
    whole = float(np.abs(frames[-1] - frames[13]).mean())
    assert max(change[14:24]) < 0.45 * whole, "no frame brings half of it"
    assert max(change[22:]) < 0.08 * whole, "and it is over in a quarter of a second"


def test_a_faded_colour_covers_as_much_as_before(library: StrandLibrary) -> None:
    looks = [(0.0, Look("c-curl-bob", "N5")), (0.5, Look("c-curl-bob", "X7"))]
    frames = eased(StrandEngine(library), looks, 0.8)
    area = [float(frame[..., 3].sum()) for frame in frames[12:]]
    assert min(area) > 0.98 * max(area)


def test_hair_grows_into_its_new_length(library: StrandLibrary) -> None:
    """Hair moves downwards from frame to frame, never back, and for several frames."""
    short, long_ = Look("blunt-bob", "N5"), Look("blunt-bob", "N5", length=1.25)
    frames = eased(StrandEngine(library), [(0.0, short), (0.5, long_)], 1.2)
    rows = np.arange(SIZE[1])
    heights = [float((frame[..., 3].sum(axis=1) * rows).sum() / frame[..., 3].sum()) for frame in frames]
    grown = heights[-1] - heights[13]
    assert grown > 3.0
    steps = np.diff(heights[13:])
    assert steps.max() < 0.35 * grown
    assert steps.min() > -0.1
    assert (steps > 0.03 * grown).sum() >= 4


def test_uneased_hair_changes_at_once(library: StrandLibrary) -> None:
    engine = StrandEngine(library, eased=False)
    frames = eased(engine, [(0.0, Look("c-curl-bob", "N5")), (0.5, Look("pixie", "N5"))], 0.8)
    change = [float(np.abs(b - a).mean()) for a, b in pairwise(frames)]
    assert max(change) > 0.9 * float(np.abs(frames[-1] - frames[13]).mean())


def test_hair_of_another_length_has_the_same_strands(library: StrandLibrary) -> None:
    here = FittedStrands(library.strands(Look("long-straight")), HeadShape())
    there = FittedStrands(library.strands(Look("long-straight", length=0.8)), HeadShape(), here)
    start = there.place_at(0.0)
    root = there.strands.start[:-1][there.strands.t[there.strands.start[:-1]] == 0.0]
    assert np.abs(start[root, :3] - there.place[root, :3]).max() < 0.05, "roots stay"
    assert start[:, 1].min() < there.place[:, 1].min() - 4.0, "tips start where they were"
    np.testing.assert_array_equal(start[:, 3], there.place[:, 3])
    assert there.place_at(1.0) is there.place
