"""What hair does to the light around it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.light import Light
from realtime.composite.compositor_kernel import coverage
from realtime.composite.contact_shadow import contact_shadow
from realtime.composite.light_wrap import LightWrap
from tests.unit.synthetic_head import face_at

F32 = npt.NDArray[np.float32]
SIZE = (240, 240)
IDENTITY = np.eye(2, 3)


def shadow_of_a_lock(direction: tuple[float, float, float], ambient: float = 0.2) -> F32:
    """Of a square 4 cm wide in the middle, 10 px per cm."""
    alpha = np.zeros((240, 240), np.float32)
    alpha[100:140, 100:140] = 1.0
    toward = np.array(direction, np.float32) / np.float32(np.linalg.norm(direction))
    face = replace(face_at(120, 120, 10.0, SIZE), light=Light(direction=toward, ambient=ambient))
    return contact_shadow(alpha, IDENTITY, SIZE, face)


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_the_shadow_lies_away_from_the_light(side: float) -> None:
    dark = shadow_of_a_lock((side, 0.2, 0.6))
    lit, unlit = (120 + round(side * sign * 26) for sign in (1, -1))
    assert dark[120, unlit] > 2.0 * dark[120, lit]


def test_light_from_above_throws_it_down() -> None:
    dark = shadow_of_a_lock((0.0, 0.9, 0.4))
    assert dark[148, 120] > 3.0 * dark[92, 120]


def test_even_light_throws_less_and_shades_all_around() -> None:
    hard, soft = shadow_of_a_lock((0.0, 0.9, 0.4), 0.1), shadow_of_a_lock((0.0, 0.9, 0.4), 0.8)
    assert hard[148, 120] > 1.25 * soft[148, 120]
    assert soft[85, 120] > hard[85, 120] > 0.0


def test_far_from_the_hair_there_is_none() -> None:
    assert shadow_of_a_lock((1.0, 0.5, 0.3))[:20].max() < 0.01


def wrapped(background: int, body: int = 0) -> F32:
    layer = np.zeros((200, 200, 4), np.float32)
    cv2.circle(layer, (100, 100), 60, (0.01, 0.01, 0.01, 1.0), -1)
    plate = np.full((120, 120, 3), background, np.uint8)
    mask = np.full((120, 120), body / 255.0, np.float32)
    place, face = (20.0, 20.0, 1.0), face_at(120, 120, 10.0, SIZE)
    LightWrap().add(layer, place, coverage(layer, 3), plate, mask, (0.5, 0.5, 2.0), face)
    return layer


def test_a_bright_background_lights_the_edge_and_not_the_middle() -> None:
    layer = wrapped(255)
    assert layer[100, 100, 0] == np.float32(0.01)
    assert 0.03 < layer[100, 158, 0] < 0.12
    assert layer[100, 156, 0] > layer[100, 148, 0] > 0.01
    assert (layer[layer[..., 3] == 0.0] == 0.0).all()


def test_neither_a_dark_background_nor_a_body_lights_it() -> None:
    for layer in (wrapped(0), wrapped(255, body=255)):
        assert layer[..., 0].max() == np.float32(0.01)


def test_another_background_lights_it_gently() -> None:
    wrap, face = LightWrap(), face_at(120, 120, 10.0, SIZE)
    dark, bright = (np.full((120, 120, 3), level, np.uint8) for level in (0, 255))
    mask = np.zeros((120, 120), np.float32)
    edges = []
    for time in (0.0, *np.arange(1, 70) / 30.0):
        layer = np.zeros((200, 200, 4), np.float32)
        cv2.circle(layer, (100, 100), 60, (0.0, 0.0, 0.0, 1.0), -1)
        plate = bright if time else dark
        place = (20.0, 20.0, 1.0)
        wrap.add(
            layer, place, coverage(layer, 3), plate, mask, (0.5, 0.5, 2.0), replace(face, time=float(time))
        )
        edges.append(float(layer[100, 158, 0]))
    assert edges[0] == 0.0
    assert np.diff(edges).max() < 0.2 * edges[-1]
    assert edges[10] > 0.5 * edges[-1] > 0.01
