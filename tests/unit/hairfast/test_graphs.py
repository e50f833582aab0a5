"""What each graph means, on twins of the networks."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.graphs.generator_range import GeneratorRange
from engines.hairfast.graphs.render_live import linear_matrix
from engines.hairfast.labels import PARSER_LABELS
from engines.hairfast.network_store import NetworkStore
from engines.hairfast.networks.resampling import MatrixResample, bilinear_matrix
from engines.hairfast.width import TWIN
from engines.runtime.session import Array
from tests.unit.hairfast.drawn_labels import face_labels
from tests.unit.hairfast.network_checks import drawn, export, relative_error, run_exported
from tests.unit.hairfast.twin_graphs import portrait, shared_twins, twin_store

SHORT, LONG, BALD = face_labels(hair=0.4), face_labels(length=1.0), face_labels(hair=0.0)


@pytest.fixture(scope="module")
def store() -> NetworkStore:
    torch.set_num_threads(2)
    return shared_twins()


def _inputs(name: str) -> dict[str, Tensor]:
    """Inputs of the graph: labels are a face, everything else normal deviates."""
    specs = GRAPHS[name].input_specs(TWIN)
    return {
        key: _labels(SHORT) if spec.dtype == np.int32 else drawn(*spec.shape, seed=number)
        for number, (key, spec) in enumerate(specs.items())
    }


def _run(store: NetworkStore, name: str, **changes: Tensor) -> dict[str, Tensor]:
    graph = GRAPHS[name]
    inputs: Mapping[str, Tensor] = {**_inputs(name), **changes}
    with torch.inference_mode():
        return dict(zip(graph.outputs, graph.build(store)(*inputs.values()), strict=True))


def _labels(labels: Array) -> Tensor:
    return torch.from_numpy(labels.astype(np.int32))[None]


@pytest.fixture(scope="module")
def refined(store: NetworkStore) -> dict[str, Tensor]:
    return _run(store, "refine")


@pytest.fixture(scope="module")
def live(refined: dict[str, Tensor]) -> dict[str, Tensor]:
    """Inputs of the live render that move nothing."""
    centre = (torch.arange(64) + 0.5) / 32 - 1
    y, x = torch.meshgrid(centre, centre, indexing="ij")
    return {
        "f_final": refined["f_final"],
        "vectors": refined["vectors"],
        "flow": torch.stack([x, y], 2)[None],
        "residual": 0.1 * drawn(1, 3, 512, 512),
        "alpha": torch.ones(1, 1, 512, 512),
    }


@pytest.mark.parametrize("name", GRAPHS)
def test_only_the_networks_that_are_named_are_taken(name: str) -> None:
    store = twin_store()
    GRAPHS[name].build(store)
    assert set(store.loaded) == set(GRAPHS[name].networks)


def test_a_photo_is_reduced_to_the_mean_and_to_sharper_pictures(store: NetworkStore) -> None:
    picture = portrait().astype(np.float32) / 255
    reduced = _run(store, "reduce", image=torch.from_numpy(picture).permute(2, 0, 1)[None])
    area = cv2.resize(picture, (256, 256), interpolation=cv2.INTER_AREA).transpose(2, 0, 1)
    np.testing.assert_allclose(reduced["mean_256"][0], area * 2 - 1, atol=1e-5)
    assert np.abs(reduced["im_256"][0].numpy() - area).mean() < 0.01
    assert reduced["im_256"].max() > area.max()
    assert np.diff(reduced["im_256"][0].numpy()).std() > np.diff(area).std()


def test_photos_are_parsed_at_every_second_pixel(store: NetworkStore) -> None:
    image = drawn(1, 3, 512, 512)
    scores = MatrixResample(bilinear_matrix(64, 512))(store.get("face_parser")(image))
    wanted = torch.tensor(PARSER_LABELS)[scores.argmax(1)][:, ::2, ::2]
    labels = _run(store, "parse", im_512=image)["labels"]
    assert (labels != wanted).float().mean() < 5e-4
    assert len(np.unique(labels)) > 3


def test_both_pictures_redrawn_at_once_are_those_redrawn_alone(store: NetworkStore) -> None:
    inputs = _inputs("sean_decode")
    user, shape = inputs["user_sean_code"], inputs["shape_sean_code"]
    both = _run(store, "sean_decode")["sean_images"]
    swapped = _run(store, "sean_decode", user_sean_code=shape, shape_sean_code=user)["sean_images"]
    assert relative_error(both.flip(0), swapped) < 1e-5
    assert relative_error(both[:1], both[1:]) > 1e-2


def test_features_of_the_redrawn_pictures_are_layers_0_to_3_of_e4es_whole_code(store: NetworkStore) -> None:
    images = drawn(2, 3, 256, 256)
    wanted = GeneratorRange(store, 0, 3)(store.get("e4e")(images))[0]
    assert relative_error(_run(store, "sean_features", sean_images=images)["sean_f"], wanted) < 1e-5


def test_the_target_follows_the_hair_of_the_turned_reference_alone(store: NetworkStore) -> None:
    target = _run(store, "target_mask", rotated_labels=_labels(SHORT))["target_labels"]
    longer = _run(store, "target_mask", rotated_labels=_labels(LONG))["target_labels"]
    assert not torch.equal(target, longer)
    other_face = SHORT.copy()
    other_face[(SHORT != 13) & (SHORT != 0)] = 1
    assert torch.equal(
        target, _run(store, "target_mask", rotated_labels=_labels(other_face))["target_labels"]
    )


def test_without_any_hair_features_stay_the_users(store: NetworkStore) -> None:
    bald = {f"{role}_labels": _labels(BALD) for role in ("user", "shape", "target")}
    f_align = _run(store, "align_blend", **bald)["f_align"]
    assert torch.equal(f_align, _inputs("align_blend")["user_f"])


def test_where_both_have_hair_features_are_the_references_own(store: NetworkStore) -> None:
    everywhere = {
        f"{role}_labels": torch.full((1, 256, 256), 13, dtype=torch.int32) for role in ("shape", "target")
    }
    f_align = _run(store, "align_blend", **everywhere)["f_align"]
    inner = f_align[..., 2:-2, 2:-2]
    assert relative_error(inner, _inputs("align_blend")["shape_f"][..., 2:-2, 2:-2]) < 1e-5


def test_the_colour_reference_changes_rows_from_6_on_only(store: NetworkStore) -> None:
    plain = _run(store, "align_blend")
    other = _run(store, "align_blend", color_hair_clip=drawn(*plain["s_blend"].shape[::2], seed=99))
    assert torch.equal(plain["s_blend"][:, :6], other["s_blend"][:, :6])
    assert relative_error(plain["s_blend"][:, 6:], other["s_blend"][:, 6:]) > 1e-4
    assert torch.equal(plain["f_align"], other["f_align"])


@pytest.mark.parametrize(("size", "last"), [(256, 6), (512, 7), (1024, 8)])
def test_renders_need_the_refined_features_and_vectors_only(
    store: NetworkStore, refined: dict[str, Tensor], size: int, last: int
) -> None:
    rgb = _run(store, f"render_{size}", f_final=refined["f_final"], vectors=refined["vectors"])["rgb"]
    wanted = GeneratorRange(store, 5, last)(refined["s_final"], refined["f_final"])[1]
    assert rgb.shape[2:] == (size, size)
    assert relative_error(rgb, wanted) < 1e-5


def test_a_live_render_without_motion_is_the_render(store: NetworkStore, live: dict[str, Tensor]) -> None:
    alpha = torch.from_numpy(cv2.GaussianBlur(np.eye(512, dtype=np.float32), (0, 0), 9))[None, None]
    rgba = _run(store, "render_512_live", **{**live, "alpha": alpha})["rgba"]
    rgb = _run(store, "render_512", f_final=live["f_final"], vectors=live["vectors"])["rgb"]
    wanted = ((rgb + live["residual"] + 1) / 2).clamp(0, 1)
    assert wanted.std() > 0.01
    assert (rgba[:, :3] - wanted).abs().max() < 1e-4
    assert (rgba[:, 3:] - alpha).abs().max() < 1e-4


def test_a_live_render_moves_where_the_flow_says(store: NetworkStore, live: dict[str, Tensor]) -> None:
    alpha = torch.zeros(1, 1, 512, 512)
    alpha[..., 200:220, 300:320] = 1
    flow = live["flow"].clone()
    # One cell of the features is 8 px of the picture; what is read from the right moves to the left.
    flow[..., 0] += 2 / 64
    moved = _run(store, "render_512_live", **{**live, "flow": flow, "alpha": alpha})["rgba"]
    rolled = live["f_final"].roll(-1, 3)
    rgb = _run(store, "render_512", f_final=rolled, vectors=live["vectors"])["rgb"]
    wanted = ((rgb + live["residual"].roll(-8, 3) + 1) / 2).clamp(0, 1)
    inside = np.s_[..., 64:-64, 64:-64]
    assert (moved[:, 3:] - alpha.roll(-8, 3)).abs().max() < 1e-3
    assert (moved[:, :3][inside] - wanted[inside]).abs().max() < 1e-3


def test_the_live_render_is_the_same_in_onnx_runtime(store: NetworkStore, live: dict[str, Tensor]) -> None:
    waves = torch.nn.functional.interpolate(drawn(1, 2, 8, 8), (64, 64), mode="bicubic").permute(0, 2, 3, 1)
    inputs = {**live, "flow": live["flow"] + 0.05 * waves}
    module = GRAPHS["render_512_live"].build(store)
    got = run_exported(export(module, list(inputs.values())), list(inputs.values()))[0]
    assert relative_error(got, _run(store, "render_512_live", **inputs)["rgba"]) < 1e-4


def test_flows_are_enlarged_without_moving_anything() -> None:
    fine = linear_matrix(64, 512) @ ((np.arange(64) + 0.5) / 32 - 1)
    np.testing.assert_allclose(fine, (np.arange(512) + 0.5) / 256 - 1, atol=1e-12)
