"""A swap on whole photos, with networks that are stand-ins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pytest

from engines.hairfast.labels import FaceLabel
from engines.hairfast.own_hair_beyond import wide_alignment
from engines.hairfast.photo_checks import PhotoLimits
from engines.hairfast.photo_errors import (
    HatError,
    NoHairError,
    NothingAskedError,
    PhotoRole,
    TinyFaceError,
)
from engines.hairfast.photo_swap import PhotoSwap
from engines.hairfast.portrait import Portrait
from engines.hairfast.transfer import Transfer
from engines.hairfast.transferred_hair import TransferredHair
from tests.unit.hairfast.drawn_labels import U8, face_labels
from tests.unit.synthetic_head import background, draw_person, face_at

SHORT, LONG, BALD = face_labels(hair=0.5), face_labels(), face_labels(hair=0.0)
NOTHING = np.zeros((256, 256), np.uint8)
EMPTY = np.zeros(0, np.float32)
PURPLE = (120, 30, 140)


@dataclass
class DrawnTransfer:
    """A transfer that sees ``seen`` in the photos, in the order in which it looks, then ``around`` in the
    wide square, and renders purple."""

    seen: list[U8]
    around: U8 = field(default_factory=lambda: NOTHING)
    calls: list[Any] = field(default_factory=list)

    def parse(self, image: U8) -> U8:
        assert image.shape == (1024, 1024, 3)
        return self.seen.pop(0) if self.seen else self.around

    def encode_user(self, image: U8, labels: U8) -> U8:
        self.calls.append("user")
        return labels

    def encode_reference(self, image: U8, labels: U8, role: PhotoRole) -> PhotoRole:
        self.calls.append(role)
        return role

    def transfer(self, user: U8, shape: PhotoRole | None, color: PhotoRole | None) -> TransferredHair:
        self.calls.append((shape, color))
        return TransferredHair(EMPTY, EMPTY, EMPTY, user_labels=user, target_labels=LONG)

    def render(self, hair: TransferredHair) -> U8:
        return np.full((1024, 1024, 3), PURPLE, np.uint8)


def _portrait(scale: float = 9.0) -> Portrait:
    face = face_at(250, 220, scale, (520, 480))
    rgb = background(520, 480)
    draw_person(rgb, face)
    return Portrait(rgb, face)


def _swap(networks: DrawnTransfer, limits: PhotoLimits | None = None, **photos: Portrait) -> Any:
    face = photos.pop("face", None) or _portrait()
    return PhotoSwap(cast(Transfer, networks), limits).swap(face, **photos)


def test_shape_and_colour_each_come_from_their_photo() -> None:
    networks = DrawnTransfer([SHORT, LONG, LONG, LONG])
    _swap(networks, PhotoLimits(), shape=_portrait(), color=_portrait())
    shape, color = PhotoRole.SHAPE, PhotoRole.COLOR
    assert networks.calls == ["user", shape, color, (shape, color)]


def test_a_photo_that_is_both_is_encoded_once() -> None:
    networks, both = DrawnTransfer([SHORT, LONG, LONG]), _portrait()
    _swap(networks, shape=both, color=both)
    assert networks.calls == ["user", PhotoRole.SHAPE, (PhotoRole.SHAPE, PhotoRole.SHAPE)]


@pytest.mark.parametrize("what", ["shape", "color"])
def test_what_no_photo_is_given_for_stays_the_users_own(what: str) -> None:
    networks = DrawnTransfer([SHORT, LONG, LONG])
    _swap(networks, PhotoLimits(), **{what: _portrait()})
    shape, color = networks.calls[-1]
    assert (shape is None, color is None) == (what == "color", what == "shape")


def test_without_any_reference_there_is_nothing_to_do() -> None:
    with pytest.raises(NothingAskedError):
        _swap(DrawnTransfer([]))


def test_hair_is_drawn_into_the_whole_photo_and_nothing_else_is() -> None:
    face = _portrait()
    swapped = _swap(DrawnTransfer([SHORT, LONG, LONG]), face=face, shape=_portrait())
    assert swapped.rgb.shape == face.rgb.shape
    assert np.array_equal(swapped.rgb[:, :20], face.rgb[:, :20])
    changed = (swapped.rgb != face.rgb).any(axis=2)
    assert 0.03 < changed.mean() < 0.6
    # The chin, far from any hair.
    chin = face.face.landmarks[152, :2].astype(int)
    assert not changed[chin[1] - 6 : chin[1] - 2, chin[0] - 3 : chin[0] + 4].any()
    assert (swapped.square == PURPLE).all()
    assert not swapped.notices


def test_hair_that_only_the_layout_or_only_the_render_has_is_both_drawn() -> None:
    stray = SHORT.copy()
    stray[230:250, 100:130] = FaceLabel.HAIR
    swapped = _swap(DrawnTransfer([SHORT, LONG, stray]), shape=_portrait())
    hair = swapped.new_labels == FaceLabel.HAIR
    assert hair[LONG == FaceLabel.HAIR].all()
    assert hair[230:250, 100:130].all()


def test_a_refusal_comes_before_anything_is_encoded() -> None:
    networks = DrawnTransfer([SHORT, BALD])
    with pytest.raises(NoHairError, match="shape reference"):
        _swap(networks, PhotoLimits(), shape=_portrait())
    assert not networks.calls
    hat = SHORT.copy()
    hat[:80] = FaceLabel.HAT
    with pytest.raises(HatError, match="your photo"):
        _swap(DrawnTransfer([hat]), PhotoLimits(), shape=_portrait())
    with pytest.raises(TinyFaceError, match="colour reference"):
        _swap(DrawnTransfer([BALD]), PhotoLimits(), color=_portrait(3.0))


def test_a_bald_user_can_get_hair_but_not_another_colour_of_it() -> None:
    both = _portrait()
    _swap(DrawnTransfer([BALD, LONG, LONG]), PhotoLimits(), shape=both, color=both)
    with pytest.raises(NoHairError, match="your photo"):
        _swap(DrawnTransfer([BALD, LONG, LONG]), PhotoLimits(), color=_portrait())


def test_without_limits_everything_is_tried() -> None:
    _swap(DrawnTransfer([BALD, BALD, LONG]), None, shape=_portrait())


def test_own_hair_above_the_square_takes_the_new_colour() -> None:
    face, around = _portrait(6.0), NOTHING.copy()
    around[20:60, 110:146] = FaceLabel.HAIR
    new = LONG.copy()
    new[:100, 90:166] = FaceLabel.HAIR
    networks = DrawnTransfer([SHORT, LONG, new], around)
    swapped = _swap(networks, face=face, shape=_portrait())
    x, y = (wide_alignment(face.alignment).resized(256) @ (128.0, 24.0, 1.0)).astype(int)
    assert swapped.rgb[y, x] == pytest.approx(PURPLE, abs=40)
    assert np.abs(swapped.rgb[y, x].astype(int) - face.rgb[y, x]).max() > 40
    assert not swapped.notices


def test_hair_that_cannot_be_followed_is_said() -> None:
    around = NOTHING.copy()
    around[100:230, 70:90] = FaceLabel.HAIR
    around[165:, :] = np.where(around[165:] == FaceLabel.HAIR, around[165:], FaceLabel.CLOTH)
    swapped = _swap(DrawnTransfer([SHORT, LONG, SHORT], around), face=_portrait(6.0), shape=_portrait())
    assert list(swapped.notices) == ["own-hair-left"]
    long = face_labels(length=1.0)
    swapped = _swap(DrawnTransfer([SHORT, LONG, long]), face=_portrait(6.0), shape=_portrait())
    assert list(swapped.notices) == ["new-hair-cut"]


def test_progress_names_every_stage_in_order() -> None:
    told: list[tuple[str, int, int]] = []
    swap = PhotoSwap(cast(Transfer, DrawnTransfer([SHORT, LONG, LONG])), None, lambda *now: told.append(now))
    swap.swap(_portrait(), shape=_portrait())
    assert [index for _, index, _ in told] == list(range(len(told)))
    assert {count for _, _, count in told} == {len(told)}
    assert [name for name, _, _ in told][1:3] == ["encode your photo", "encode the shape reference"]
