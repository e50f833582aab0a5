"""The live engine with small twins of every network, through the real pipeline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from engines.base import EngineStatus
from engines.errors import EngineError
from engines.hair_layer import HairLayer
from engines.hairfast.live.engine import HairFastEngine
from engines.hairfast.live.fair_worker import Ticket
from engines.hairfast.live.gan_keyframe import GanKeyframe
from engines.hairfast.live.gan_pass import GanPass, PassOrder
from engines.hairfast.live.keyframe_blend import KeyframeBlend
from engines.hairfast.live.networks_at_work import NetworksAtWork
from engines.hairfast.live.painters import FeaturePainter, LayerPainter, Painter
from engines.hairfast.live.settings import LiveSettings, PathName
from engines.hairfast.live.user_picture import UserPicture
from engines.hairfast.photo_checks import PhotoLimits
from engines.head_crop import HeadCrop
from engines.look import Look
from engines.strands.library import StrandLibrary
from realtime.frame_result import FrameResult
from realtime.head.head_crop import crop_head
from realtime.pipeline import FramePipeline
from realtime.settings import PipelineSettings
from tests.unit.hairfast.live_faces import face_at
from tests.unit.hairfast.live_twins import TwinGraphs, twin_networks, twin_settings
from tests.unit.moving_face import Placed
from tests.unit.small_reference import small_reference

U8 = npt.NDArray[np.uint8]

FPS = 30.0
FRAME = Placed().frame()
BOB = Look("c-curl-bob", "X4")
PHOTO = Look("ref-somebody")


@pytest.fixture(scope="module")
def library() -> StrandLibrary:
    return StrandLibrary()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings' folder; below it ``photos`` with one reference."""
    folder = tmp_path_factory.mktemp("live")
    (folder / "photos").mkdir()
    Image.fromarray(Placed(zoom=1.6, x=20).frame()).save(folder / "photos" / "Somebody.jpg")
    return folder


@pytest.fixture(scope="module")
def networks(folder: Path) -> Iterator[NetworksAtWork]:
    made = twin_networks(twin_settings(folder, max_age=0.5), folder / "photos")
    yield made
    made.close()


Make = Callable[..., FramePipeline]


@pytest.fixture
def make(library: StrandLibrary) -> Iterator[Make]:
    made: list[FramePipeline] = []

    def build(networks: NetworksAtWork, look: Look, *, live: bool = False) -> FramePipeline:
        made.append(
            FramePipeline(
                lambda: HairFastEngine(networks, library, wait=not live),
                PipelineSettings(crop_size=512),
                background=live,
            )
        )
        made[-1].look = look
        return made[-1]

    yield build
    for pipeline in made:
        pipeline.close()


def _status(result: FrameResult) -> EngineStatus:
    assert result.status is not None
    return result.status


def _placed_alpha(layer: HairLayer) -> npt.NDArray[np.float32]:
    size = (FRAME.shape[1], FRAME.shape[0])
    return np.asarray(cv2.warpAffine(layer.rgba[..., 3], layer.to_frame, size), np.float32)


def test_strands_show_at_once_and_the_networks_take_over_without_a_frame_waiting(
    networks: NetworksAtWork, make: Make
) -> None:
    pipeline = make(networks, BOB, live=True)
    removals, notices, longest, index = list[float](), set[str](), 0.0, 0
    deadline = time.monotonic() + 180.0
    while not removals or removals[-1] > 0.0:
        assert time.monotonic() < deadline, "the networks never took over"
        begin = time.perf_counter()
        result = pipeline.process(FRAME.copy(), index / FPS)
        index += 1
        if removals:
            longest = max(longest, time.perf_counter() - begin)
        if result.layer is not None:
            removals.append(result.layer.removal)
            notices |= {notice.code for notice in result.notices}
        time.sleep(max(0.0, 1 / FPS - (time.perf_counter() - begin)))
    status = _status(result)
    assert removals[0] == 1.0
    assert 4 <= len([removal for removal in removals if 0.0 < removal < 1.0]) <= 12, "a fade, not a jump"
    assert (status.engine, status.backend, status.path) == ("hairfast", "torch-cpu", "layer")
    assert status.pass_seconds is not None
    assert longest < 0.5 * status.pass_seconds, "a frame waited for the networks"
    assert notices == {"networks-at-work"}


@pytest.mark.parametrize(
    ("look", "path"),
    [(BOB, "layer"), (PHOTO, "layer"), (replace(PHOTO, color="X4"), "features")],
    ids=["drawn reference", "photo", "photo in another colour, by features"],
)
def test_pixels_outside_the_layer_are_the_cameras(
    folder: Path, make: Make, look: Look, path: PathName
) -> None:
    networks = twin_networks(twin_settings(folder, path=path), folder / "photos")
    try:
        pipeline = make(networks, look)
        for index in range(12):
            result = pipeline.process(FRAME.copy(), index / FPS)
    finally:
        networks.close()
    layer = result.layer
    assert _status(result).path == path
    assert layer is not None
    assert layer.removal == 0.0
    # The compositor gives the layer the camera's blur, and samples between pixels.
    covered = cv2.dilate((_placed_alpha(layer) > 0.0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert 0.02 < covered.mean() < 0.5
    np.testing.assert_array_equal(result.rgb[~covered], FRAME[~covered])
    assert (result.rgb != FRAME).any()


def test_own_hair_stays_until_a_photos_hair_is_there(networks: NetworksAtWork, make: Make) -> None:
    pipeline = make(networks, PHOTO, live=True)
    result = pipeline.process(FRAME.copy(), 0.0)
    while result.status is None:
        time.sleep(0.02)
        result = pipeline.process(FRAME.copy(), 1 / FPS)
    assert result.layer is None
    np.testing.assert_array_equal(result.rgb, FRAME)


def test_a_photos_hair_needs_no_second_encoding(networks: NetworksAtWork, folder: Path, make: Make) -> None:
    make(networks, PHOTO).process(FRAME.copy(), 0.0)
    (kept,) = (folder / "cache").glob("*.npz")
    before = kept.stat().st_mtime_ns
    again = twin_networks(networks.settings, folder / "photos")
    try:
        result = make(again, PHOTO).process(FRAME.copy(), 0.0)
    finally:
        again.close()
    assert _status(result).pass_seconds is not None
    assert list((folder / "cache").glob("*.npz")) == [kept]
    assert kept.stat().st_mtime_ns > before, "read again, not written by another name"


def test_a_photo_of_the_visitors_own_is_worn_and_written_nowhere(
    networks: NetworksAtWork, folder: Path, make: Make
) -> None:
    kept = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    photo = np.asarray(Placed(zoom=1.6, x=20).frame())
    lent = replace(small_reference(), rgb=photo, landmarks=face_at(scale=14.0).landmarks)
    for color in (None, "X4"):
        result = make(networks, Look("pixie", color, reference=lent)).process(FRAME.copy(), 0.0)
        assert _status(result).pass_seconds is not None
        assert (result.rgb != FRAME).any()
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == kept


def test_a_photo_without_hair_is_named_and_the_stream_goes_on(folder: Path, make: Make) -> None:
    # Weights that have learnt nothing see no hair anywhere.
    settings = twin_settings(folder, photo_limits=PhotoLimits(), cache_bytes=0)
    strict = twin_networks(replace(settings, cache_folder=folder / "other"), folder / "photos")
    pipeline = make(strict, PHOTO)
    try:
        codes = set[str]()
        for index in range(3):
            result = pipeline.process(FRAME.copy(), index / FPS)
            codes |= {notice.code for notice in result.notices}
    finally:
        strict.close()
    assert "no-hair" in codes
    np.testing.assert_array_equal(result.rgb, FRAME)


def test_after_failure_upon_failure_the_engine_says_so(
    networks: NetworksAtWork, library: StrandLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(order: PassOrder) -> Callable[[Ticket], GanKeyframe]:
        def job(ticket: Ticket) -> GanKeyframe:
            raise EngineError("the device is gone")

        return job

    engine = HairFastEngine(networks, library, wait=True)
    prepared = engine.prepare(BOB)
    good = engine.keyframe(_crop(), face_at(), prepared)
    for step in range(12):
        shown = engine.render(face_at(time=step * 0.1), good)
    assert shown is not None
    assert shown.removal == 0.0
    monkeypatch.setattr(networks, "job", broken)
    face = face_at(time=1.1)
    for _ in range(networks.settings.failures):
        face = replace(face, time=face.time + 1.9)
        engine.keyframe(_crop(), replace(face, time=face.time + 1.9), prepared)
        layer = engine.render(face, good)
        assert layer is not None
        assert layer.removal == 0.0, "the last good hair stays"
        face = replace(face, time=face.time + 1.9)
        engine.render(face, good)
    with pytest.raises(EngineError):
        engine.keyframe(_crop(), face, prepared)
    engine.close()


def test_whoever_comes_back_later_gets_no_hair_of_the_one_before(
    networks: NetworksAtWork, library: StrandLibrary
) -> None:
    engine = HairFastEngine(networks, library, wait=True)
    keyframe = engine.keyframe(_crop(), face_at(), engine.prepare(PHOTO))
    assert any(engine.render(face_at(time=step / FPS), keyframe) is not None for step in range(12))
    assert engine.render(face_at(time=9.0), keyframe) is None
    engine.close()


def test_leaving_frees_the_networks_for_the_others(networks: NetworksAtWork, library: StrandLibrary) -> None:
    leaving, staying = (HairFastEngine(networks, library) for _ in range(2))
    leaving.keyframe(_crop(), face_at(), leaving.prepare(BOB))
    state = staying.keyframe(_crop(), face_at(), staying.prepare(BOB))
    leaving.close()
    deadline = time.monotonic() + 30.0
    while staying.status().pass_seconds is None:
        assert time.monotonic() < deadline
        staying.render(face_at(), state)
        time.sleep(0.02)
    staying.close()


def test_a_gpu_is_measured_and_warmed_up(folder: Path) -> None:
    networks = twin_networks(twin_settings(folder, frame_budget=1.0), on_gpu=True)
    try:
        networks.warm_up(lambda: False)
        assert networks.path == "features"
        assert networks.run_seconds is not None
    finally:
        networks.close()


def test_a_slow_gpu_warps_layers_and_warming_up_stops_when_asked_to(folder: Path) -> None:
    networks = twin_networks(twin_settings(folder, frame_budget=0.0), on_gpu=True)
    networks.warm_up(lambda: True)
    networks.close()
    assert networks.path == "layer"
    assert networks.run_seconds is None


@pytest.fixture(scope="module")
def pair(folder: Path) -> dict[str, tuple[GanKeyframe, GanKeyframe]]:
    """For each path: keyframes of two pictures of the same head, turned by 9 degrees in between."""
    graphs = TwinGraphs()
    made = {}
    for path in ("layer", "features"):
        run = GanPass(graphs, twin_settings(folder), features=path == "features")
        first = run(_order(face_at(-4.0), None), Ticket())
        made[path] = (first, run(_order(face_at(5.0, 2.0, time=0.5), first), Ticket()))
    return made


@pytest.mark.parametrize("path", ["layer", "features"])
def test_a_new_keyframe_comes_without_a_jump(
    pair: dict[str, tuple[GanKeyframe, GanKeyframe]], path: str
) -> None:
    first, second = pair[path]
    painter: Painter = FeaturePainter(TwinGraphs()) if path == "features" else LayerPainter()
    blend = KeyframeBlend(LiveSettings())
    pictures = []
    for index in range(45):
        # The head turns steadily; the second keyframe arrives half way.
        face = face_at(-4.0 + 9.0 * index / 44, 2.0 * index / 44, time=index / FPS)
        shown, weight = blend.at(first if index < 20 else second, face)
        assert shown is not None
        layer = painter.paint(shown, face)
        assert layer is not None
        size = (640, 480)
        placed = cv2.warpAffine(layer.rgba * np.float32(weight), layer.to_frame, size)
        pictures.append(placed)
    painter.close()
    steps = np.array([np.abs(b - a).mean() for a, b in pairwise(pictures)])
    apart = np.abs(pictures[28] - pictures[19]).mean()
    # Frames 0..8 fade the first keyframe in; 20..28 mix both; elsewhere the head only turns.
    turning = np.median(np.concatenate([steps[9:18], steps[29:]]))
    assert steps[9:18].max() < 3.0 * turning
    assert steps[18:30].max() < turning + 0.25 * apart, "no frame shows more than a quarter of the change"
    assert steps[29:].max() < 3.0 * turning


def test_both_paths_show_the_same_hair_where_nothing_has_moved(
    pair: dict[str, tuple[GanKeyframe, GanKeyframe]],
) -> None:
    face = face_at(-4.0)
    layers = []
    for path, painter in (("layer", LayerPainter()), ("features", FeaturePainter(TwinGraphs()))):
        layer = painter.paint(pair[path][0], face)
        assert layer is not None
        layers.append(cv2.warpAffine(layer.rgba, layer.to_frame, (640, 480)))
    difference = np.abs(layers[0] - layers[1])
    assert layers[0][..., 3].max() > 0.9
    assert difference.mean() < 0.004
    assert np.percentile(difference, 99.5) < 0.06


def test_an_old_outline_holds_a_new_one_back(
    pair: dict[str, tuple[GanKeyframe, GanKeyframe]], folder: Path
) -> None:
    graphs, order = TwinGraphs(), _order(face_at(), None)
    free = GanPass(graphs, twin_settings(folder, mask_memory=0.0), features=False)(order, Ticket())
    rest = np.zeros_like(free.new_hair)
    bald = replace(free, own_hair=rest, new_hair=rest)
    held = GanPass(graphs, twin_settings(folder, mask_memory=0.9), features=False)(
        replace(order, previous=bald), Ticket()
    )
    assert free.new_hair.mean() > 0.05
    assert held.new_hair.sum() < 0.2 * free.new_hair.sum()


def _crop() -> HeadCrop:
    return crop_head(FRAME, face_at(), 512)


def _order(face: object, previous: GanKeyframe | None) -> PassOrder:
    picture = UserPicture.of(crop_head(FRAME, face, 512), face)  # type: ignore[arg-type]
    reference = picture.square[::-1].copy()
    return PassOrder(BOB, picture, lambda transfer: transfer.encode_reference(reference), None, previous)
