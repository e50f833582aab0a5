"""Scenes: labels are exactly what was drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.head_shape import HeadShape
from engines.light import Light
from tests.unit.train_matte.small_world import ring_of_hair, small_store
from tools.errors import ToolError
from tools.train_matte.body import FACE_MESH, NOTHING, TORSO, trace_body
from tools.train_matte.canvas import CANVAS, FACE_CENTER
from tools.train_matte.hair_store import HairStore
from tools.train_matte.hands import draw_hand, draw_thing
from tools.train_matte.headwear import COVERING, KINDS, draw_headwear
from tools.train_matte.layering import over
from tools.train_matte.scene import Scene
from tools.train_matte.scene_maker import SceneMaker
from tools.train_matte.scene_pool import ScenePool, fill, pack, unpack_weights
from tools.train_matte.subject import Subject, centred_pose, random_subject

SIZE = (CANVAS, CANVAS)


def _bare(skin: float = 0.0) -> Scene:
    values = np.zeros((*SIZE, 3), np.float32)
    values[..., 1:] = skin
    return Scene(np.full((*SIZE, 3), 0.5, np.float32), values, np.ones((*SIZE, 3), np.float32))


def test_light_adds_up_where_hair_is_half_transparent() -> None:
    below, above = np.full((1, 1, 3), 0.2, np.float32), np.full((1, 1, 3), 0.8, np.float32)
    mixed = over(below, above, np.full((1, 1), 0.5, np.float32))
    np.testing.assert_allclose(mixed, np.sqrt(0.5 * (0.2**2 + 0.8**2)), rtol=1e-6)


def test_hair_laid_on_bare_skin_has_its_own_alpha_as_label() -> None:
    layer = ring_of_hair()
    color, alpha = layer[..., :3].astype(np.float32) / 255.0, layer[..., 3].astype(np.float32) / 255.0
    scene = _bare(skin=1.0).with_hair(color, alpha, np.zeros(SIZE, np.float32))
    np.testing.assert_allclose(scene.values[..., 0], alpha, atol=1e-6)
    np.testing.assert_allclose(scene.values[..., 1], 1.0 - alpha, atol=1e-6)
    np.testing.assert_allclose(scene.values[..., 2], 1.0, atol=1e-6)
    np.testing.assert_allclose(scene.rgb[alpha == 1.0], color[alpha == 1.0], atol=1e-6)
    np.testing.assert_array_equal(scene.rgb[alpha == 0.0], 0.5)


def test_own_hair_below_other_hair_stays_hair() -> None:
    scene = _bare()
    scene.values[..., 0] = 0.6
    half = np.full(SIZE, 0.5, np.float32)
    both = scene.with_hair(np.zeros((*SIZE, 3), np.float32), half, np.zeros(SIZE, np.float32))
    np.testing.assert_allclose(both.values[..., 0], 0.8, atol=1e-6)


def test_opaque_hair_is_known_where_the_picture_was_not() -> None:
    scene = Scene(_bare().rgb, _bare().values, np.zeros((*SIZE, 3), np.float32))
    alpha = np.zeros(SIZE, np.float32)
    alpha[:10], alpha[10:20] = 1.0, 0.5
    weights = scene.with_hair(scene.rgb, alpha, np.zeros(SIZE, np.float32)).weights
    assert (weights[:10] == 1.0).all()
    assert (weights[10:] == 0.0).all()


def test_drawn_people_wear_the_stored_layer(tmp_path: Path) -> None:
    maker = SceneMaker(small_store(tmp_path), None)
    alpha = ring_of_hair()[..., 3].astype(np.float32) / 255.0
    exact = 0
    for seed in range(8):
        scene = maker.drawn(np.random.default_rng(seed))
        assert scene.rgb.min() >= 0.0
        assert scene.rgb.max() <= 1.0 + 1e-6
        assert (scene.values[..., 0] <= alpha + 1e-6).all()
        assert (scene.values[..., :2].max(axis=-1) <= scene.values[..., 2] + 1e-3).all()
        exact += bool(np.allclose(scene.values[..., 0], alpha, atol=1e-6))
    assert exact >= 3


def test_a_head_stands_in_the_canvas_as_a_tracked_face_does() -> None:
    for seed in range(5):
        subject = random_subject(np.random.default_rng(seed))
        points = subject.face().landmarks[:, :2]
        low, high = points.min(axis=0), points.max(axis=0)
        np.testing.assert_allclose(0.5 * (low + high), FACE_CENTER, atol=1e-2)
        assert high[1] - low[1] == pytest.approx(256.0 / 3.0, abs=1e-2)


def test_the_body_is_where_it_belongs() -> None:
    subject = Subject(HeadShape(), centred_pose(HeadShape(), np.eye(3)), Light())
    body = trace_body(subject.pose, subject.points, np.zeros((478, 2)), CANVAS)
    x, y = (round(value) for value in FACE_CENTER)
    assert body.part[y, x] == FACE_MESH
    assert body.normal[y, x, 2] > 0.7
    assert body.part[-1, x] == TORSO
    assert body.part[0, 0] == NOTHING
    np.testing.assert_allclose(np.linalg.norm(body.normal[body.part == TORSO], axis=-1), 1.0, atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_under_a_hat_is_hair_or_skin(kind: str) -> None:
    scene = _bare(skin=1.0)
    scene.values[..., 0] = 1.0
    pose = centred_pose(HeadShape(), np.eye(3))
    wear = draw_headwear(np.random.default_rng(4), kind, pose, Light(), CANVAS)
    assert 0.002 < wear.alpha.mean() < 0.5
    covered = scene.with_headwear(wear).values[wear.alpha > 0.999]
    assert covered[:, :2].max() < 2e-3
    assert covered[:, 2].max() < 2e-3 if kind == "headphones" else covered[:, 2].min() > 0.99
    if kind in COVERING:
        x, y = (round(value) for value in FACE_CENTER)
        assert wear.alpha[y, x] == 0.0, "the face shows"


def test_a_hand_is_skin_and_a_thing_is_nobody() -> None:
    tone, at = np.array([0.7, 0.5, 0.4], np.float32), (170.0, 150.0)
    rng = np.random.default_rng(0)
    hand, thing = draw_hand(rng, tone, CANVAS, at, 5.0), draw_thing(rng, CANVAS, at, 5.0)
    scene = _bare().with_held(hand)
    assert scene.values[150, 170, 1] > 0.99
    assert scene.values[150, 170, 2] > 0.99
    over_it = scene.with_held(thing)
    assert over_it.values[150, 170].max() < 0.01


def test_packing_keeps_values_and_weights() -> None:
    rng = np.random.default_rng(0)
    rgb, values = rng.random((2, *SIZE, 3), np.float32)
    weights = (rng.random((*SIZE, 3)) > 0.5).astype(np.float32)
    packed = pack(Scene(rgb, values, weights))
    np.testing.assert_allclose(packed[..., 3:6] / 255.0, values, atol=0.5 / 255.0 + 1e-6)
    np.testing.assert_array_equal(unpack_weights(packed[..., 6]), weights)


def test_stores_that_are_not_there_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="render-hair"):
        HairStore(tmp_path)
    with pytest.raises(ToolError, match="make-scenes"):
        ScenePool(tmp_path).refresh()


def test_the_pool_drops_its_oldest_scenes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.train_matte.scene_pool.SHARD", 1)
    maker = SceneMaker(small_store(tmp_path / "hair"), None)
    fill(tmp_path / "scenes", maker, 3, keep=2, seed=0)
    assert sorted(p.name for p in (tmp_path / "scenes").iterdir()) == ["scenes-00001.npy", "scenes-00002.npy"]
    pool = ScenePool(tmp_path / "scenes")
    pool.refresh()
    assert len(pool.all()) == 2
    assert pool.random(np.random.default_rng(0)).shape == (*SIZE, 7)
