"""The aligned square of a face."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.affine import apply_affine, compose_affine, invert_affine, resize_affine
from engines.hairfast.alignment import ALIGNED_SIZE, Alignment
from engines.head_geometry import mean_face
from tests.unit.synthetic_head import background, face_at

F64 = npt.NDArray[np.float64]

# Means over the published FFHQ pictures, 1024 px: eyes, mouth corners.
FFHQ = np.array([[386.0, 480.0], [638.0, 480.0], [402.0, 743.0], [626.0, 742.0]])
LEFT_EYE, RIGHT_EYE = [33, 160, 158, 133, 153, 144], [362, 385, 387, 263, 373, 380]


def _points(landmarks: F64) -> F64:
    points = landmarks[:, :2]
    return np.stack([points[LEFT_EYE].mean(0), points[RIGHT_EYE].mean(0), points[61], points[291]])


def _turned(angle: float, scale: float, shift: tuple[float, float]) -> F64:
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    return np.array([[cosine, -sine, shift[0]], [sine, cosine, shift[1]]])


def test_the_mean_face_lands_where_ffhq_has_it() -> None:
    landmarks = face_at(300, 250, 14.0, (640, 480)).landmarks.astype(np.float64)
    found = apply_affine(Alignment.of(landmarks).to_aligned, _points(landmarks))
    # The mean face does not smile: its mouth is narrower than FFHQ's.
    assert np.abs(found - FFHQ).max() < 22
    assert np.abs(found - FFHQ)[:2].max() < 8


@pytest.mark.parametrize(("angle", "scale"), [(0.6, 1.0), (-2.8, 0.3), (1.5707963, 2.5)])
def test_the_square_follows_a_turned_scaled_and_moved_face(angle: float, scale: float) -> None:
    landmarks = face_at(300, 250, 14.0, (640, 480)).landmarks.astype(np.float64)
    move = _turned(angle, scale, (37.0, -12.0))
    moved = Alignment.of(apply_affine(move, landmarks[:, :2]))
    assert moved.to_frame == pytest.approx(compose_affine(move, Alignment.of(landmarks).to_frame), abs=1e-9)
    assert moved.side == pytest.approx(scale * Alignment.of(landmarks).side)


def test_a_long_face_widens_the_square() -> None:
    landmarks = mean_face()[:, :2] * (10.0, -10.0)
    short = Alignment.of(landmarks)
    landmarks[:, 1] *= 1.4
    long = Alignment.of(landmarks)
    eyes = 10.0 * abs(np.diff(mean_face()[[LEFT_EYE[0], RIGHT_EYE[3]], 0]).item())
    assert short.side < 3 * eyes
    assert long.side > 1.25 * short.side


def test_the_same_square_at_another_size_has_the_same_corners() -> None:
    alignment = Alignment.of(face_at(300, 250, 14.0, (640, 480)).landmarks)
    for size in (128, 512, 4096):
        to_square = compose_affine(alignment.to_aligned, alignment.resized(size))
        assert to_square == pytest.approx(resize_affine((size, size), (ALIGNED_SIZE,) * 2), abs=1e-9)


@pytest.mark.parametrize("scale", [6.0, 33.0, 55.0])
def test_the_crop_shows_each_place_of_the_photo_where_the_map_says(scale: float) -> None:
    width, height = round(70 * scale), round(60 * scale)
    photo = background(width, height)
    alignment = Alignment.of(face_at(35 * scale, 32 * scale, scale, (width, height)).landmarks)
    crop = alignment.crop(photo)
    # A drop of the gradient: what a place shows says which it is.
    inside = np.array([[100, 100], [512, 700], [900, 300], [77, 950]], np.float64)
    for (u, v), (x, y) in zip(inside, apply_affine(alignment.to_frame, inside), strict=True):
        assert np.abs(crop[int(v), int(u)].astype(int) - photo[round(y), round(x)]).max() <= 2


def test_fine_stripes_of_a_large_photo_are_averaged_not_aliased() -> None:
    photo = np.zeros((4000, 4000, 3), np.uint8)
    photo[:, ::2] = 255
    alignment = Alignment.of(face_at(2000, 2000, 130.0, (4000, 4000)).landmarks)
    assert alignment.scale > 3
    assert np.abs(alignment.crop(photo).astype(int) - 127).max() < 45


def test_beyond_the_photo_the_square_is_mirrored_and_fades() -> None:
    photo = np.asarray(np.random.default_rng(1).integers(0, 256, (480, 640, 3)), np.uint8)
    photo = cv2.GaussianBlur(photo, (0, 0), 2.0).astype(np.uint8)
    alignment = Alignment.of(face_at(60, 240, 14.0, (640, 480)).landmarks)
    crop, beyond = alignment.crop(photo), alignment.beyond((640, 480))
    place = apply_affine(alignment.to_frame, np.array([[0.0, 512.0]]))[0]
    assert place[0] < -0.2 * alignment.side
    assert beyond[512, 0] == pytest.approx((-0.5 - place[0]) / alignment.side, abs=1e-4)
    assert (beyond[:, 700:] == 0).all()
    contrast = [crop[400:600][np.abs(beyond[400:600] - far) < 0.01].std() for far in (0.02, 0.15, 0.25)]
    assert contrast[0] > 3 * contrast[1]
    assert contrast[1] > contrast[2]
    # No edge where the photo ends.
    column = int(apply_affine(invert_affine(alignment.to_frame), np.array([[-0.5, 240.0]]))[0, 0])
    step = np.abs(np.diff(crop[300:700].astype(int), axis=1)).mean(axis=(0, 2))
    assert step[column - 2 : column + 2].max() < 2 * np.median(step[column + 10 :])
