"""Whom the matte finds hair on, and whom it must not."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import skimage.data

from engines.face import Face
from realtime.head.head_lock import moved_face
from realtime.matte.hair_matte import estimate_hair_matte
from realtime.matte.person_mask import PersonSegmenter
from realtime.settings import PipelineSettings
from realtime.tracking.face_tracker import FaceTracker
from tests.unit.synthetic_head import HAIR, SHIRT, SKIN, background, draw_person, face_at

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
SIZE = (480, 420)
FACE = face_at(240.0, 170.0, 8.0, SIZE)


def shape(rgb: U8, color: tuple[int, int, int], x: float, y: float, rx: float, ry: float) -> None:
    """An ellipse at (x, y) cm in the head frame, with some grain."""
    mask = np.zeros(rgb.shape[:2], np.uint8)
    center, axes = (round(240 + 8 * x), round(170 - 8 * y)), (round(8 * rx), round(8 * ry))
    cv2.ellipse(mask, center, axes, 0.0, 0.0, 360.0, (1,), -1)
    grain = np.random.default_rng(5).normal(0.0, 3.0, rgb.shape[:2])[..., None]
    painted = np.clip(np.array(color) + grain, 0, 255).astype(np.uint8)
    rgb[mask > 0] = painted[mask > 0]


def person(*parts: tuple[tuple[int, int, int], float, float, float, float]) -> tuple[U8, F32]:
    frame = background(*SIZE)
    before = frame.copy()
    for part in parts:
        shape(frame, *part)
    return frame, (frame != before).any(-1).astype(np.float32)


BODY = [(SHIRT, 0.0, -32.0, 20.0, 16.0), (SKIN, 0.0, -12.0, 5.0, 7.0)]
HEAD = (SKIN, 0.0, -1.5, 6.8, 9.0)


def test_a_bald_head_has_no_hair() -> None:
    frame, mask = person(*BODY, (SKIN, 0.0, 3.1, 7.7, 9.9), HEAD)
    assert estimate_hair_matte(frame, mask, FACE).empty


def test_cloth_around_head_and_throat_is_no_hair() -> None:
    scarf = (30, 60, 50)
    frame, mask = person(
        (scarf, 0.0, -32.0, 20.0, 18.0), (scarf, 0.0, -12.0, 11.0, 12.0), (scarf, 0.0, 3.5, 9.5, 11.0), HEAD
    )
    assert estimate_hair_matte(frame, mask, FACE).empty


def test_short_hair_ends_above_dark_clothes() -> None:
    dark = (35, 30, 32)
    frame, mask = person(
        (dark, 0.0, -32.0, 20.0, 16.0), (SKIN, 0.0, -12.0, 5.0, 7.0), (HAIR, 0.0, 4.5, 8.8, 10.5), HEAD
    )
    alpha = estimate_hair_matte(frame, mask, FACE).alpha
    assert alpha[100, 240] > 0.9
    assert alpha[290:].max() < 0.1


def test_long_hair_is_followed_over_the_shoulders() -> None:
    frame, mask = person(
        *BODY,
        (HAIR, 0.0, 4.5, 9.3, 11.0),
        (HAIR, -8.5, -10.0, 3.0, 16.0),
        (HAIR, 8.5, -10.0, 3.0, 16.0),
        (SKIN, 0.0, -12.0, 5.0, 6.0),
        HEAD,
    )
    alpha = estimate_hair_matte(frame, mask, FACE).alpha
    for x in (-8.5, 8.5):
        assert alpha[170 + 8 * 18, round(240 + 8 * x)] > 0.7
    assert alpha[170 + 8 * 24, 240] < 0.1


def test_the_face_is_never_hair() -> None:
    frame = background(*SIZE)
    mask = draw_person(frame, FACE)
    alpha = estimate_hair_matte(frame, mask, FACE).alpha
    assert alpha[150:230, 205:275].max() < 0.05


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_the_size_of_the_picture_does_not_matter(factor: float) -> None:
    frame = background(*SIZE)
    mask = draw_person(frame, FACE)
    size = (round(SIZE[0] * factor), round(SIZE[1] * factor))
    other = estimate_hair_matte(
        np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8),
        np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.float32),
        moved_face(FACE, factor),
    ).alpha
    here = estimate_hair_matte(frame, mask, FACE).alpha > 0.5
    there = cv2.resize(other, SIZE) > 0.5
    assert (here & there).sum() / (here | there).sum() > 0.9


@pytest.mark.parametrize("x", [-400.0, 5.0, 476.0, 900.0])
def test_a_head_at_or_beyond_the_border_is_no_error(x: float) -> None:
    frame = background(*SIZE)
    face: Face = face_at(x, 30.0, 8.0, SIZE)
    mask = draw_person(frame, face)
    assert np.isfinite(estimate_hair_matte(frame, mask, face).alpha).all()


def test_a_fringe_in_its_own_shade_is_hair() -> None:
    """The astronaut's fringe has the colour of skin, only darker; it ends a little above the brows."""
    portrait = np.array(skimage.data.astronaut())  # type: ignore[no-untyped-call]
    tracker, segmenter = FaceTracker(PipelineSettings().tracker), PersonSegmenter()
    face = tracker.track(portrait, 0.0)
    assert face is not None
    alpha = estimate_hair_matte(portrait, segmenter.segment(portrait), face).alpha
    tracker.close()
    segmenter.close()
    fringe, brows = 0.85 * face.landmarks[151] + 0.15 * face.landmarks[10], face.landmarks[9]
    column, row = np.rint(fringe[:2]).astype(int)
    assert alpha[row - 1 : row + 2, column - 8 : column + 9].mean() > 0.7
    column, row = np.rint(brows[:2]).astype(int)
    assert alpha[row, column] < 0.1
