"""The face of a still photo."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.hairfast.photo_errors import (
    NoFaceError,
    NoSuchFaceError,
    PhotoRole,
    SeveralFacesError,
    TinyFaceError,
)
from realtime.tracking.portrait_finder import PortraitFinder
from tools.clips import astronaut

U8 = npt.NDArray[np.uint8]
FACE = PhotoRole.FACE


@pytest.fixture(scope="module")
def finder() -> Iterator[PortraitFinder]:
    finder = PortraitFinder()
    yield finder
    finder.close()


def _pair(scale: float) -> U8:
    """The astronaut beside herself, the right one at ``scale``."""
    left, size = astronaut(), round(512 * scale)
    right = np.full_like(left, 128)
    right[:size, :size] = cv2.resize(left, (size, size), interpolation=cv2.INTER_AREA)
    return np.hstack([left, right])


def test_the_face_is_found_wherever_the_photo_before_had_one(finder: PortraitFinder) -> None:
    first = finder.find(astronaut(), FACE)
    moved = finder.find(np.hstack([np.full((512, 300, 3), 90, np.uint8), astronaut()]), FACE)
    shift = moved.landmarks[:, :2].mean(0) - first.landmarks[:, :2].mean(0)
    assert shift == pytest.approx((300.0, 0.0), abs=1.0)
    assert moved.size == (812, 512)


def test_a_photo_on_its_side_gives_the_same_face_on_its_side(finder: PortraitFinder) -> None:
    upright = finder.find(astronaut(), FACE)
    turned = finder.find(np.ascontiguousarray(np.rot90(astronaut())), FACE)
    assert abs(upright.pose.roll - turned.pose.roll) == pytest.approx(90.0, abs=5.0)


def test_of_two_faces_one_must_be_named(finder: PortraitFinder) -> None:
    photo = _pair(0.8)
    with pytest.raises(SeveralFacesError, match="2 faces in your photo"):
        finder.find(photo, FACE)
    left, right = (finder.find(photo, FACE, number) for number in (1, 2))
    assert left.landmarks[0, 0] < 400 < right.landmarks[0, 0]
    with pytest.raises(NoSuchFaceError, match="from 1 to 2"):
        finder.find(photo, FACE, 3)


def test_a_much_smaller_bystander_does_not_count(finder: PortraitFinder) -> None:
    assert finder.find(_pair(0.4), FACE).landmarks[0, 0] < 400


@pytest.mark.parametrize("kind", ["grey", "noise"])
def test_no_face_is_said(finder: PortraitFinder, kind: str) -> None:
    photo = np.full((240, 320, 3), 128, np.uint8)
    if kind == "noise":
        photo = np.random.default_rng(2).integers(0, 256, photo.shape).astype(np.uint8)
    with pytest.raises((NoFaceError, TinyFaceError), match="the colour reference"):
        finder.find(photo, PhotoRole.COLOR)


@pytest.mark.parametrize("angle", [135.0, 180.0, 270.0])
def test_a_face_is_found_whichever_way_up_the_photo_is(finder: PortraitFinder, angle: float) -> None:
    turn = np.asarray(cv2.getRotationMatrix2D((224.0, 118.0), angle, 1.0), np.float64)
    turn[:, 2] += (176.0, 282.0)
    turned = np.asarray(cv2.warpAffine(astronaut(), turn, (800, 800), borderValue=(90, 90, 90)), np.uint8)
    (before,), (face,) = finder.faces(astronaut()), finder.faces(turned)
    assert np.linalg.norm(face.landmarks[4, :2] - turn @ [*before.landmarks[4, :2], 1.0]) < 8.0
    lean = (before.pose.roll - angle - face.pose.roll + 180.0) % 360.0 - 180.0
    assert abs(lean) < 10.0
