"""Light, tint, noise and blur read from faces lit on purpose."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.head_geometry import face_triangles, mean_face
from engines.light import Light
from engines.palette import linear_to_srgb
from engines.strands.body import FACE
from realtime.light.light_estimate import estimate_light
from tests.unit.synthetic_head import face_at

U8 = npt.NDArray[np.uint8]

SIZE = (400, 400)
FACE_AT = face_at(200.0, 190.0, 14.0, SIZE)


def lit_face(
    direction: tuple[float, float, float],
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0),
    gain: float = 1.0,
) -> npt.NDArray[np.uint8]:
    """An ellipsoid of skin under one light and some ambient."""
    v, u = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(float)
    x = (u - 200.0) / 14.0 / FACE.radii[0]
    y = ((190.0 - v) / 14.0 - FACE.center[1]) / FACE.radii[1]
    z = np.sqrt(np.clip(1.0 - x * x - y * y, 0.0, None))
    normal = np.dstack([x / FACE.radii[0], y / FACE.radii[1], z / FACE.radii[2]])
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    shade = 0.35 + 0.65 * np.clip(normal @ (np.array(direction) / np.linalg.norm(direction)), 0.0, None)
    linear = shade[..., None] * np.array([0.45, 0.30, 0.23]) * tint * gain
    linear[x * x + y * y >= 1.0] = 0.1
    return np.asarray(np.rint(255.0 * linear_to_srgb(linear)), np.uint8)


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_light_from_a_side_is_seen_there(side: float) -> None:
    light = estimate_light(lit_face((side, 0.3, 0.6)), FACE_AT)
    assert light.direction[0] * side > 0.3
    assert np.linalg.norm(light.direction) == pytest.approx(1.0, abs=1e-3)


def test_even_light_comes_from_above_and_the_front() -> None:
    light = estimate_light(lit_face((0.0, 0.4, 1.0)), FACE_AT)
    assert abs(light.direction[0]) < 0.1
    assert light.direction[1] > 0.2
    assert light.direction[2] > 0.3


def test_a_warm_lamp_tints_hair_a_little() -> None:
    white = estimate_light(lit_face((0, 0.4, 1)), FACE_AT).color
    warm = estimate_light(lit_face((0, 0.4, 1), tint=(1.0, 0.85, 0.5)), FACE_AT).color
    assert warm[0] / warm[2] > 1.05 * white[0] / white[2]
    assert warm[0] / warm[2] < 1.4 * white[0] / white[2]


def test_a_dim_room_dims_hair() -> None:
    bright = estimate_light(lit_face((0, 0.4, 1)), FACE_AT).color.mean()
    dim = estimate_light(lit_face((0, 0.4, 1), gain=0.25), FACE_AT).color.mean()
    assert 0.2 < dim / bright < 0.9


@pytest.mark.parametrize("sigma", [1.0, 2.0, 4.0])
def test_noise_is_measured(sigma: float) -> None:
    frame = lit_face((0, 0.4, 1)).astype(float)
    frame += np.random.default_rng(1).normal(0.0, sigma, frame.shape[:2])[..., None]
    light = estimate_light(np.clip(np.rint(frame), 0, 255).astype(np.uint8), FACE_AT)
    assert light.noise == pytest.approx(sigma, rel=0.25)


def test_a_blurred_camera_reads_as_more_blurred() -> None:
    sharp = lit_face((0, 0.4, 1))
    cv2.rectangle(sharp, (150, 160), (180, 170), (30, 20, 20), -1)
    cv2.rectangle(sharp, (220, 160), (250, 170), (30, 20, 20), -1)
    blurs = [
        estimate_light(np.asarray(cv2.GaussianBlur(sharp, (0, 0), s), np.uint8), FACE_AT).blur
        for s in (0.5, 1.2, 2.0)
    ]
    assert blurs[0] < blurs[1] < blurs[2]
    assert blurs[1] == pytest.approx(1.2, rel=0.5)


def test_the_estimate_moves_gently_from_the_last_one() -> None:
    last = replace(Light(), direction=np.array([1.0, 0.0, 0.0], np.float32))
    fresh = estimate_light(lit_face((-1.0, 0.3, 0.6)), FACE_AT)
    mixed = estimate_light(lit_face((-1.0, 0.3, 0.6)), FACE_AT, last)
    assert fresh.direction[0] < mixed.direction[0] < 1.0


def test_a_face_half_outside_the_frame_is_no_error() -> None:
    face = face_at(5.0, 190.0, 14.0, SIZE)
    assert np.isfinite(estimate_light(lit_face((0, 0.4, 1)), face).color).all()


def test_a_dark_room_dims_the_hair_more_than_dark_skin_does() -> None:
    """The same dark skin with a bright wall behind, and with no light anywhere."""
    dark_room = lit_face((0.0, 0.3, 1.0), gain=0.3)
    bright_wall = dark_room.copy()
    bright_wall[:40] = 235
    dim, lit = (float(estimate_light(picture, FACE_AT).color.mean()) for picture in (dark_room, bright_wall))
    assert dim < 0.85 * lit


def lit_mesh(colors: list[tuple[tuple[float, float, float], tuple[float, float, float]]], even: float) -> U8:
    """The mean face's mesh in ``even`` light and sources (direction, linear RGB)."""
    mean, triangles = mean_face(), face_triangles()
    corners = mean[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    light = np.full((len(normals), 3), even)
    for direction, color in colors:
        toward = np.array(direction) / np.linalg.norm(direction)
        light += np.clip(normals @ toward, 0.0, None)[:, None] * color
    shown = np.rint(255.0 * linear_to_srgb(np.clip(light * [0.45, 0.29, 0.22], 0.0, 1.0))).astype(np.uint8)
    picture = np.full((*SIZE, 3), 90, np.uint8)
    for index in np.argsort(corners[:, :, 2].mean(axis=1)):
        outline = np.rint(FACE_AT.landmarks[triangles[index], :2]).astype(np.int32)
        cv2.fillConvexPoly(picture, outline, [int(v) for v in shown[index]])
    return picture


@pytest.mark.parametrize("even", [0.15, 0.4])
@pytest.mark.parametrize(
    "direction",
    [(0, 0.4, 1), (0.9, 0.3, 0.5), (-0.9, 0.3, 0.5), (0.1, 0.9, 0.4), (0, -0.6, 0.8), (-0.6, 0.6, 0.6)],
)
def test_the_direction_is_right_within_15_degrees(direction: tuple[float, float, float], even: float) -> None:
    light = estimate_light(lit_mesh([(direction, (0.9, 0.9, 0.9))], even), FACE_AT)
    cosine = light.direction @ np.array(direction) / np.linalg.norm(direction)
    assert np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))) < 15.0


def test_even_light_has_more_ambient() -> None:
    hard, soft = (
        estimate_light(lit_mesh([((0.7, 0.4, 0.6), (key, key, key))], even), FACE_AT).ambient
        for key, even in ((1.0, 0.1), (0.2, 0.8))
    )
    assert soft > hard + 0.2


def test_two_coloured_lights_are_told_apart() -> None:
    red, blue = ((1.0, 0.1, 0.4), (0.9, 0.15, 0.25)), ((-1.0, 0.1, 0.4), (0.1, 0.25, 1.0))
    hue = estimate_light(lit_mesh([red, blue], 0.05), FACE_AT).hue
    right, left = (1.0 + hue @ np.array(side) for side in ((0.9, 0.0, 0.3), (-0.9, 0.0, 0.3)))
    assert right[0] / right[2] > 2.0 * left[0] / left[2]


def test_white_light_has_one_colour() -> None:
    light = estimate_light(lit_mesh([((0.8, 0.3, 0.5), (0.9, 0.9, 0.9))], 0.2), FACE_AT)
    assert np.abs(light.hue).max() < 0.05


def test_dark_and_fair_skin_in_white_light_tint_hair_alike() -> None:
    fair = lit_face((0, 0.4, 1))
    dark = lit_face((0, 0.4, 1), tint=(0.55, 0.38, 0.25))
    for picture in (fair, dark):
        color = estimate_light(picture, FACE_AT).color
        assert color.max() < 1.2 * color.min()


def test_an_over_exposed_face_tints_nothing() -> None:
    light = estimate_light(lit_face((0, 0.4, 1), tint=(1.0, 1.1, 1.3), gain=9.0), FACE_AT)
    assert light.color.max() < 1.08 * light.color.min()
    assert light.color.mean() > 1.1


def test_a_bright_window_behind_is_light_from_behind() -> None:
    person = np.zeros(SIZE, np.float32)
    cv2.circle(person, (200, 190), 120, (1.0,), -1)
    dim = lit_face((0, 0.4, 1), gain=0.35)
    window = dim.copy()
    window[person < 0.5] = 250
    rims = [float(estimate_light(picture, FACE_AT, person=person).rim.max()) for picture in (dim, window)]
    assert rims[0] == 0.0
    assert rims[1] > 0.4


def test_coarse_noise_is_told_from_fine() -> None:
    random = np.random.default_rng(2).normal(0.0, 1.0, SIZE)
    smooth = cv2.GaussianBlur(random, (0, 0), 1.0)
    grains = []
    for noise in (random, smooth / smooth.std()):
        frame = lit_face((0, 0.4, 1)).astype(float) + 3.0 * noise[..., None]
        grains.append(estimate_light(np.clip(np.rint(frame), 0, 255).astype(np.uint8), FACE_AT).grain)
    assert grains[0] < 0.25
    assert grains[1] > 0.6


def test_hair_before_the_face_is_no_shade() -> None:
    picture, hair = lit_face((0.0, 0.4, 1.0)), np.zeros(SIZE, np.float32)
    picture[:, :185], hair[:, :185] = 15, 1.0
    light = estimate_light(picture, FACE_AT, hair=hair)
    assert abs(light.direction[0]) < 0.3
