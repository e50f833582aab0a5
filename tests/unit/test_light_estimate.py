"""Light, tint, noise and blur read from faces lit on purpose."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.light import Light
from engines.palette import linear_to_srgb
from engines.strands.body import FACE
from realtime.light_estimate import estimate_light
from tests.unit.synthetic_head import face_at

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
