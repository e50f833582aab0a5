"""A render laid over the photo it was made from."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from engines.hair_layer import HairLayer
from engines.hairfast.alignment import Alignment
from engines.hairfast.color_match import color_gain
from engines.hairfast.hair_composite import hair_layer, paste
from engines.hairfast.hair_region import RegionWidths, hair_region
from engines.hairfast.labels import FaceLabel
from engines.palette import linear_to_srgb, srgb_to_linear
from tests.unit.hairfast.drawn_labels import U8, face_labels

SHORT, LONG, BALD, FRINGE = (
    face_labels(hair=0.5),
    face_labels(length=1.0),
    face_labels(hair=0.0),
    face_labels(fringe=True),
)
COLORS = {FaceLabel.HAIR: (60, 40, 30), FaceLabel.BACKGROUND: (120, 130, 110), FaceLabel.CLOTH: (40, 70, 120)}
SKIN = (205, 160, 135)
# 40 % larger than the photo's pixels and turned.
ALIGNMENT = Alignment(np.array([[0.7, 0.1, 60.0], [-0.1, 0.7, 130.0]]))
SIZE = (960, 900)


@cache
def _square(name: str) -> U8:
    """A picture of the labels, lit from the left."""
    labels = {"short": SHORT, "long": LONG, "bald": BALD, "fringe": FRINGE}[name]
    colors = np.array([COLORS.get(label, SKIN) for label in FaceLabel], np.float32)
    large = cv2.resize(labels, (1024, 1024), interpolation=cv2.INTER_NEAREST)
    picture = cv2.GaussianBlur(colors[large], (0, 0), 3.0) * np.linspace(1.1, 0.7, 1024)[:, None]
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _photo(name: str) -> U8:
    """A photo in which the square stands at ``ALIGNMENT``, with a camera's noise."""
    photo = cv2.warpAffine(
        _square(name), ALIGNMENT.to_frame, SIZE, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    noise = np.random.default_rng(3).normal(0.0, 1.5, photo.shape)
    return np.asarray(np.clip(photo + noise, 0, 255), np.uint8)


def _exposed(picture: U8, gain: tuple[float, float, float]) -> U8:
    linear = srgb_to_linear(picture / 255.0) * gain
    return np.asarray(np.rint(255.0 * linear_to_srgb(linear)), np.uint8)


def _labels(name: str) -> U8:
    return {"short": SHORT, "long": LONG, "bald": BALD, "fringe": FRINGE}[name]


def _swap(photo: U8, user: str, new: str, render: U8) -> tuple[U8, HairLayer]:
    square = ALIGNMENT.crop(photo)
    layer = hair_layer(square, render, _labels(user), _labels(new), ALIGNMENT, SIZE)
    return paste(photo, layer), layer


@pytest.mark.parametrize(("user", "new"), [("short", "long"), ("long", "short"), ("fringe", "bald")])
def test_the_region_holds_all_hair_old_and_new_but_not_the_rest(user: str, new: str) -> None:
    region = hair_region(_labels(user), _labels(new))
    hair = (_labels(user) == FaceLabel.HAIR) | (_labels(new) == FaceLabel.HAIR)
    hair = cv2.resize(hair.astype(np.uint8), (1024, 1024), interpolation=cv2.INTER_NEAREST)
    inner = np.zeros_like(hair)
    inner[40:-40, 40:-40] = 1
    assert region[(cv2.erode(hair, np.ones((9, 9))) & inner).astype(bool)].min() > 0.99
    reach = RegionWidths()
    far = round(1024 * (reach.grow + reach.feather)) + 6
    assert not region[cv2.dilate(hair, np.ones((2 * far + 1,) * 2, np.uint8)) == 0].any()
    # It fades towards the edge of the square, where the networks saw nothing.
    assert max(region[0].max(), region[-1].max(), region[:, 0].max()) < 0.01


def test_eyes_and_brows_stay_the_cameras_unless_new_hair_covers_them() -> None:
    near = face_labels()
    near[100:104, 70:190] = FaceLabel.HAIR
    region = hair_region(near, near)
    brow = near == FaceLabel.LEFT_BROW
    inner = cv2.erode(brow.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    assert region[::4, ::4][inner].max() < 0.3
    assert hair_region(face_labels(), FRINGE)[::4, ::4][brow].min() > 0.9


def test_without_hair_there_is_nothing_to_draw() -> None:
    assert not hair_region(BALD, BALD).any()
    photo = _photo("bald")
    assert np.array_equal(_swap(photo, "bald", "bald", _square("long"))[0], photo)


@pytest.mark.parametrize(("user", "new"), [("short", "long"), ("long", "short")])
def test_outside_the_layer_every_byte_is_the_cameras(user: str, new: str) -> None:
    photo = _photo(user)
    result, layer = _swap(photo, user, new, np.full((1024, 1024, 3), 255, np.uint8))
    reach = (hair_region(_labels(user), _labels(new)) > 0).astype(np.uint8)
    placed = cv2.warpAffine(cv2.dilate(reach, np.ones((5, 5))), ALIGNMENT.to_frame, SIZE) > 0
    assert np.array_equal(result[~placed], photo[~placed])
    assert 0.1 < placed.mean() < 0.6
    assert (result != photo).any(axis=2).mean() > 0.5 * placed.mean()
    assert layer.rgba[..., :3].max() <= layer.rgba[..., 3].max() <= 1.0


def test_a_render_equal_to_the_photo_changes_next_to_nothing() -> None:
    photo = _photo("short")
    result, _ = _swap(photo, "short", "short", ALIGNMENT.crop(photo))
    # Resampling averages the noise away, no more.
    assert np.abs(result.astype(int) - photo).max() < 12
    assert np.abs(result.astype(int) - photo).mean() < 0.6


@pytest.mark.parametrize("gain", [(1.0, 1.0, 1.0), (1.35, 1.35, 1.35), (0.8, 0.75, 0.7), (1.1, 1.0, 0.85)])
@pytest.mark.parametrize(("user", "new"), [("short", "long"), ("long", "short")])
def test_another_exposure_and_tint_of_the_render_is_corrected(
    user: str, new: str, gain: tuple[float, float, float]
) -> None:
    photo = _photo(user)
    truth, _ = _swap(photo, user, new, _square(new))
    result, layer = _swap(photo, user, new, _exposed(_square(new), gain))
    error = np.abs(cv2.GaussianBlur(result, (0, 0), 3.0).astype(int) - cv2.GaussianBlur(truth, (0, 0), 3.0))
    assert error.mean() < 0.8
    assert np.percentile(error, 99.5) < 8
    # Hair that has no counterpart in the photo as well.
    side = layer.rgba.shape[:2]
    new_hair = cv2.resize(_labels(new), side[::-1], interpolation=cv2.INTER_NEAREST) == FaceLabel.HAIR
    new_hair &= layer.rgba[..., 3] == 1.0
    color = cv2.resize(_square(new), side[::-1], interpolation=cv2.INTER_AREA)[new_hair]
    assert layer.rgba[new_hair][:, :3].mean(0) == pytest.approx(
        srgb_to_linear(color / 255.0).mean(0), rel=0.12
    )


def test_the_seam_shows_no_step_even_if_the_render_is_off_from_place_to_place() -> None:
    photo = _photo("short")
    drift = 1.0 + 0.15 * np.sin(np.linspace(0.0, 9.0, 1024))[:, None, None]
    render = np.clip(_square("short") * drift, 0, 255).astype(np.uint8)
    result, layer = _swap(photo, "short", "short", render)
    smooth = cv2.GaussianBlur(result, (0, 0), 2.0).astype(int)
    before = cv2.GaussianBlur(photo, (0, 0), 2.0).astype(int)
    alpha = cv2.warpAffine(layer.rgba[..., 3], layer.to_frame, SIZE)
    labels = cv2.warpAffine(SHORT, ALIGNMENT.resized(256), SIZE, flags=cv2.INTER_NEAREST)
    seam = (alpha > 0.02) & (alpha < 0.6) & (labels != FaceLabel.HAIR)
    assert seam.sum() > 3000
    assert np.percentile(np.abs(smooth - before)[seam], 98) < 7


def test_what_differs_more_than_light_can_is_not_matched() -> None:
    size = 256
    photo, render = np.full((size, size, 3), 0.02, np.float32), np.full((size, size, 3), 0.9, np.float32)
    region = hair_region(SHORT, SHORT)[::4, ::4]
    gain = color_gain(photo, render, region, SHORT, SHORT, np.ones((size, size), bool))
    assert gain.min() == pytest.approx(1 / 1.6, rel=1e-3)
    blind = color_gain(photo, render, region, SHORT, SHORT, np.zeros((size, size), bool))
    assert blind == pytest.approx(1.0)


def test_a_render_finer_than_the_photo_is_averaged() -> None:
    stripes = np.zeros((1024, 1024, 3), np.uint8)
    stripes[:, ::2] = 255
    small = Alignment(np.array([[0.15, 0.0, 20.0], [0.0, 0.15, 10.0]]))
    grey = np.full((1024, 1024, 3), 188, np.uint8)
    layer = hair_layer(grey, stripes, LONG, LONG, small, (200, 200))
    result = paste(np.full((200, 200, 3), 188, np.uint8), layer)
    assert max(layer.rgba.shape) < 160
    assert np.abs(result.astype(int) - 188).max() < 14


def test_a_layer_outside_the_photo_changes_nothing() -> None:
    photo = _photo("short")
    layer = HairLayer(np.ones((64, 64, 4), np.float32), np.array([[1.0, 0.0, 5000.0], [0.0, 1.0, 0.0]]))
    assert np.array_equal(paste(photo, layer), photo)
