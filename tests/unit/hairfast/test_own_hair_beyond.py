"""Own hair where the networks draw nothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from engines.affine import apply_affine
from engines.hairfast.alignment import Alignment
from engines.hairfast.hair_composite import paste
from engines.hairfast.labels import FaceLabel
from engines.hairfast.own_hair_beyond import OwnHair, own_hair_layer, wide_alignment
from engines.hairfast.shade_transfer import ShadeTransfer
from engines.hairfast.smooth_fill import smooth_fill
from engines.palette import lab_to_linear, linear_to_lab

U8 = npt.NDArray[np.uint8]

ALIGNMENT = Alignment(np.array([[0.4, 0.0, 200.0], [0.0, 0.4, 150.0]]))
SIZE = (820, 900)
WALL, BROWN = (150, 160, 170), np.array([70, 45, 30])


def _wide(where: tuple[slice, slice]) -> U8:
    labels = np.full((256, 256), FaceLabel.BACKGROUND, np.uint8)
    labels[170:] = FaceLabel.CLOTH
    labels[where] = FaceLabel.HAIR
    return labels


def _new(rows: slice, columns: slice) -> U8:
    labels = np.full((256, 256), FaceLabel.BACKGROUND, np.uint8)
    labels[rows, columns] = FaceLabel.HAIR
    return labels


# Hair that stands up through the top of the square, and hair that falls through its bottom.
TOP, SHOULDER = (slice(10, 90), slice(110, 146)), (slice(90, 230), slice(70, 90))
AT_TOP, NOWHERE = _new(slice(0, 110), slice(80, 176)), _new(slice(0), slice(0))


def test_the_wide_square_holds_the_square_where_its_cells_say() -> None:
    corners = np.array([[-0.5, -0.5], [1023.5, 1023.5]])
    cells = apply_affine(wide_alignment(ALIGNMENT).to_aligned, apply_affine(ALIGNMENT.to_frame, corners)) / 4
    assert cells == pytest.approx(np.array([[64, 32], [192, 160]]) - 0.125, abs=1e-6)


def test_hair_that_goes_on_from_new_hair_is_recoloured() -> None:
    own = OwnHair.of(_wide(TOP), AT_TOP)
    assert own.recolored[12:30, 112:144].all()
    assert not own.recolored[60:].any()
    assert not own.removed.any()
    assert own.source.any()
    assert own.target.any()


def test_hair_that_new_hair_left_bare_is_removed_before_a_background() -> None:
    own = OwnHair.of(_wide(TOP), NOWHERE)
    assert own.removed[12:30, 112:144].all()
    assert not own.recolored.any()


def test_hair_on_the_shoulders_stays() -> None:
    own = OwnHair.of(_wide(SHOULDER), NOWHERE)
    assert own.left[170:225, 72:88].all()
    assert not own.removed.any()
    assert (
        own_hair_layer(np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9, 3), np.uint8), ALIGNMENT, own) is None
    )


def test_other_peoples_hair_is_none_of_ours() -> None:
    own = OwnHair.of(_wide((slice(40, 90), slice(220, 250))), AT_TOP)
    assert not (own.recolored | own.removed | own.left).any()


@pytest.mark.parametrize(("rows", "cut"), [(slice(100, 256), True), (slice(100, 200), False)])
def test_new_hair_that_ends_with_the_square_is_noticed(rows: slice, cut: bool) -> None:
    assert OwnHair.of(_wide((slice(0), slice(0))), _new(rows, slice(20, 90))).cut == cut


def _photo(where: tuple[slice, slice]) -> U8:
    """A wall with striped brown hair where the wide square has it, and a camera's noise."""
    rng = np.random.default_rng(4)
    photo = np.full((SIZE[1], SIZE[0], 3), WALL, np.float64)
    (left, top), (right, bottom) = apply_affine(
        wide_alignment(ALIGNMENT).resized(256),
        np.array([[where[1].start, where[0].start], [where[1].stop - 1, where[0].stop - 1]], np.float64),
    ).round()
    hair = photo[max(int(top), 0) : int(bottom), int(left) : int(right)]
    hair[:] = BROWN * rng.uniform(0.6, 1.4, (1, hair.shape[1], 1))
    return np.asarray(np.clip(photo + rng.normal(0.0, 1.0, photo.shape), 0, 255), np.uint8)


def _cell(x: float, y: float) -> tuple[int, int]:
    column, row = apply_affine(wide_alignment(ALIGNMENT).resized(256), np.array([[x, y]]))[0].round()
    return int(row), int(column)


def test_recoloured_hair_has_the_new_colour_and_its_own_strands() -> None:
    photo = _photo(TOP)
    swapped = photo.copy()
    (top, left), (bottom, right) = _cell(100, 37), _cell(156, 80)
    swapped[top:bottom, left:right] = np.random.default_rng(5).uniform(0.8, 1.2, (1, right - left, 1)) * (
        200,
        150,
        90,
    )
    layer = own_hair_layer(photo, swapped, ALIGNMENT, OwnHair.of(_wide(TOP), AT_TOP))
    assert layer is not None
    result = paste(swapped, layer)
    (top, left), (bottom, right) = _cell(115, 16), _cell(140, 30)
    new, old = (picture[top:bottom, left:right].astype(float) for picture in (result, photo))
    assert new.mean((0, 1)) == pytest.approx((200, 150, 90), abs=20)
    assert np.corrcoef(new[..., 1].ravel(), old[..., 1].ravel())[0, 1] > 0.8
    far = np.ones(SIZE[::-1], bool)
    (top, left), (bottom, right) = _cell(104, 4), _cell(152, 96)
    far[max(top, 0) : bottom, left:right] = False
    assert np.array_equal(result[far], swapped[far])


def test_removed_hair_leaves_the_wall() -> None:
    photo = _photo(TOP)
    swapped = photo.copy()
    (top, left), (bottom, right) = _cell(60, 34), _cell(196, 120)
    swapped[top:bottom, left:right] = WALL
    layer = own_hair_layer(photo, swapped, ALIGNMENT, OwnHair.of(_wide(TOP), NOWHERE))
    assert layer is not None
    (top, left), (bottom, right) = _cell(105, 8), _cell(150, 100)
    assert np.abs(paste(swapped, layer)[top:bottom, left:right].astype(int) - WALL).max() < 12


def test_shades_keep_their_order_and_take_the_others_colours() -> None:
    grey = np.repeat(np.linspace(0.01, 0.2, 200)[:, None], 3, axis=1).astype(np.float32)
    blond = lab_to_linear(np.stack([np.linspace(40, 80, 300), np.full(300, 8.0), np.full(300, 30.0)], 1))
    change = ShadeTransfer.between(grey, blond.astype(np.float32))
    lab = linear_to_lab(change(grey))
    assert (np.diff(lab[:, 0]) > -1e-3).all()
    assert np.percentile(lab[:, 0], [10, 90]) == pytest.approx((44, 76), abs=3)
    assert lab[20:-20, 1:].mean(0) == pytest.approx((8, 30), abs=1.5)
    assert change.likeness(grey).min() == pytest.approx(1.0)
    assert change.likeness(np.full((1, 3), 0.9, np.float32)).max() == 0.0


def test_a_fill_continues_what_surrounds_it() -> None:
    ramp = np.repeat(np.linspace(0.2, 0.8, 96, dtype=np.float32)[None, :, None], 64, axis=0).repeat(3, axis=2)
    known = np.ones((64, 96), np.float32)
    known[20:44, 30:66] = 0.0
    filled = smooth_fill(ramp * known[..., None], known)
    assert np.array_equal(filled[known == 1], ramp[known == 1])
    assert np.abs(filled - ramp).max() < 0.08
    assert smooth_fill(ramp, np.zeros_like(known)).shape == ramp.shape
