"""Single hairs that a matte misses, and what only looks like them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from realtime.removal.removal_mask import near, wisps

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
SIZE = (160, 200)
UNIT = 4.0
HAIR = np.zeros(SIZE, np.float32)
HAIR[:, :60] = 1.0
NO_BODY = np.zeros(SIZE, np.float32)
NO_FEATURES = np.zeros(SIZE, bool)


def wall(noise: float) -> U8:
    """A light wall with dark hair to the left, uneven by ``noise`` levels."""
    picture = 200.0 + np.random.default_rng(5).normal(size=(*SIZE, 1)) * noise * np.ones(3)
    picture[HAIR > 0.5] = 40.0
    return np.clip(picture, 0, 255).astype(np.uint8)


def test_a_single_hair_that_hangs_on_to_the_rest_is_found() -> None:
    picture = wall(2.0)
    cv2.line(picture, (58, 30), (66, 90), (150, 150, 150), 1, cv2.LINE_AA)
    found = wisps(picture, HAIR, NO_BODY, NO_FEATURES, UNIT)
    assert found[60, 62] > 0.8
    assert found[60, 80:].max() < 0.1


def test_a_speck_apart_from_hair_is_left_alone() -> None:
    picture = wall(2.0)
    picture[70:74, 65:68] = 60
    assert wisps(picture, HAIR, NO_BODY, NO_FEATURES, UNIT)[68:76, 64:70].max() < 0.3


def test_where_everything_is_uneven_nothing_is_taken_for_single_hairs() -> None:
    found = wisps(wall(60.0), HAIR, NO_BODY, NO_FEATURES, UNIT)
    assert (found[:, 64:] > 0.3).mean() < 0.01


def test_features_of_the_face_are_no_hairs() -> None:
    picture = wall(2.0)
    picture[41:43, 60:68] = 60
    face = np.zeros(SIZE, np.float32)
    face[20:120, 60:120] = 1.0
    assert wisps(picture, HAIR, face, NO_FEATURES, UNIT)[42, 62] > 0.8
    assert wisps(picture, HAIR, face, face > 0.5, UNIT)[42, 62] < 0.3


def test_near_reaches_as_far_as_asked() -> None:
    around = near(HAIR, 30.0)
    assert around[80, 82] > 0.9
    assert around[80, 98:].max() < 0.1
