"""Hair transfer from pictures to a render, on twins of the networks."""

from __future__ import annotations

import numpy as np
import pytest

from engines.hairfast.arrays_file import from_bytes, to_bytes
from engines.hairfast.labels import FaceLabel
from engines.hairfast.photo_errors import HatError, NoHairError, PhotoRole
from engines.hairfast.reference_code import ReferenceCode
from engines.hairfast.transfer import Transfer
from engines.hairfast.transferred_hair import TransferredHair
from engines.hairfast.user_code import UserCode
from tests.unit.hairfast.drawn_labels import face_labels
from tests.unit.hairfast.twin_graphs import CountedGraphs, portrait, shared_twins

SHORT, LONG, BALD = face_labels(hair=0.4), face_labels(length=1.0), face_labels(hair=0.0)


@pytest.fixture(scope="module")
def graphs() -> CountedGraphs:
    return CountedGraphs(shared_twins())


@pytest.fixture(scope="module")
def transfer(graphs: CountedGraphs) -> Transfer:
    return Transfer(graphs)


@pytest.fixture(scope="module")
def user(transfer: Transfer) -> UserCode:
    return transfer.encode_user(portrait(), SHORT)


@pytest.fixture(scope="module")
def long_hair(transfer: Transfer) -> ReferenceCode:
    return transfer.encode_reference(portrait(40), LONG)


@pytest.fixture(scope="module")
def red_hair(transfer: Transfer) -> ReferenceCode:
    red = portrait(20)
    red[..., 1:] //= 2
    return transfer.encode_reference(red, SHORT, PhotoRole.COLOR)


@pytest.fixture(scope="module")
def hair(
    transfer: Transfer, user: UserCode, long_hair: ReferenceCode, red_hair: ReferenceCode
) -> TransferredHair:
    return transfer.transfer(user, long_hair, red_hair, target_labels=LONG)


def _differs(one: TransferredHair, other: TransferredHair) -> bool:
    return not np.allclose(one.f_final, other.f_final, rtol=1e-4, atol=1e-5)


def test_a_swap_runs_from_pictures_to_a_picture_without_any_label_given(graphs: CountedGraphs) -> None:
    transfer = Transfer(graphs, limits=None)
    user, reference = transfer.encode_user(portrait()), transfer.encode_reference(portrait(40))
    hair = transfer.transfer(user, reference, reference)
    picture = transfer.render(hair, 256)
    assert picture.shape == (256, 256, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 0
    assert hair.target_labels.shape == (256, 256)
    again = transfer.render(transfer.transfer(user, reference, reference), 256)
    np.testing.assert_array_equal(picture, again)


def test_labels_that_are_given_are_used_and_not_found_again(
    graphs: CountedGraphs, transfer: Transfer
) -> None:
    graphs.asked.clear()
    code = transfer.encode_user(portrait(), LONG)
    assert "parse" not in graphs.asked
    np.testing.assert_array_equal(code.labels, LONG)
    assert not np.array_equal(code.f, transfer.encode_user(portrait(), SHORT).f)


def test_codes_and_results_survive_a_file(
    user: UserCode, long_hair: ReferenceCode, hair: TransferredHair
) -> None:
    for code in (user, long_hair, hair):
        again = from_bytes(type(code), to_bytes(code))
        for name in type(code).__slots__:
            np.testing.assert_array_equal(getattr(again, name), getattr(code, name))
            assert getattr(again, name).dtype == getattr(code, name).dtype
    with pytest.raises(ValueError, match="ReferenceCode"):
        from_bytes(ReferenceCode, to_bytes(user))
    with pytest.raises(ValueError, match="UserCode"):
        from_bytes(UserCode, to_bytes(user)[:2000])


def test_the_user_and_a_reference_are_encoded_alike(transfer: Transfer, user: UserCode) -> None:
    reference = transfer.encode_reference(portrait(), SHORT)
    np.testing.assert_array_equal(user.w, reference.w[:, :7])
    for name in ("s", "f", "sean_code", "hair_clip"):
        np.testing.assert_array_equal(getattr(user, name), getattr(reference, name))


def test_masks_of_the_result_are_the_users_hair_and_the_target(hair: TransferredHair) -> None:
    np.testing.assert_array_equal(hair.user_hair, SHORT == FaceLabel.HAIR)
    np.testing.assert_array_equal(hair.target_hair, LONG == FaceLabel.HAIR)


def test_shape_and_colour_each_change_the_result(
    transfer: Transfer,
    user: UserCode,
    long_hair: ReferenceCode,
    red_hair: ReferenceCode,
    hair: TransferredHair,
) -> None:
    assert _differs(hair, transfer.transfer(user, red_hair, red_hair, target_labels=LONG))
    assert _differs(hair, transfer.transfer(user, long_hair, long_hair, target_labels=LONG))


def test_keeping_the_own_shape_draws_nothing_anew(
    graphs: CountedGraphs, transfer: Transfer, user: UserCode, red_hair: ReferenceCode
) -> None:
    graphs.asked.clear()
    hair = transfer.transfer(user, None, red_hair)
    assert graphs.asked == ["align_blend", "refine"]
    np.testing.assert_array_equal(hair.target_labels, user.labels)
    assert _differs(hair, transfer.transfer(user, None, None))


def test_keeping_the_own_colour_is_taking_it_from_oneself(
    transfer: Transfer, user: UserCode, long_hair: ReferenceCode
) -> None:
    oneself = transfer.encode_reference(portrait(), SHORT)
    kept = transfer.transfer(user, long_hair, None, target_labels=LONG)
    taken = transfer.transfer(user, long_hair, oneself, target_labels=LONG)
    np.testing.assert_array_equal(kept.f_final, taken.f_final)
    np.testing.assert_array_equal(kept.s_final, taken.s_final)


def test_the_published_colour_branch_turns_the_colour_reference_too(
    graphs: CountedGraphs, user: UserCode, long_hair: ReferenceCode, red_hair: ReferenceCode
) -> None:
    published = Transfer(graphs, reference=True)
    graphs.asked.clear()
    slow = published.transfer(user, long_hair, red_hair)
    assert graphs.asked.count("rotate_labels") == 2
    graphs.asked.clear()
    quick = Transfer(graphs).transfer(user, long_hair, red_hair)
    assert graphs.asked.count("rotate_labels") == 1
    np.testing.assert_array_equal(slow.target_labels, quick.target_labels)

    color_target = published.target(user, published.rotate(user, red_hair))
    told = Transfer(graphs).transfer(user, long_hair, red_hair, color_target_labels=color_target)
    np.testing.assert_array_equal(told.f_final, slow.f_final)


def test_with_one_reference_for_both_the_published_path_is_the_short_one(
    graphs: CountedGraphs, user: UserCode, long_hair: ReferenceCode
) -> None:
    graphs.asked.clear()
    slow = Transfer(graphs, reference=True).transfer(user, long_hair, long_hair)
    assert graphs.asked.count("rotate_labels") == 1
    quick = Transfer(graphs).transfer(user, long_hair, long_hair)
    np.testing.assert_array_equal(slow.f_final, quick.f_final)
    np.testing.assert_array_equal(slow.vectors, quick.vectors)


def test_a_reference_without_hair_is_refused_and_a_bald_user_is_not(
    transfer: Transfer, long_hair: ReferenceCode
) -> None:
    with pytest.raises(NoHairError, match="shape reference"):
        transfer.encode_reference(portrait(), BALD)
    with pytest.raises(NoHairError, match="colour reference"):
        transfer.encode_reference(portrait(), BALD, PhotoRole.COLOR)
    bald = transfer.encode_user(portrait(), BALD)
    transfer.transfer(bald, long_hair, long_hair, target_labels=LONG)
    with pytest.raises(NoHairError, match="your photo"):
        transfer.transfer(bald, long_hair, None)
    with pytest.raises(NoHairError, match="your photo"):
        transfer.transfer(bald, None, long_hair)


def test_hats_are_refused_unless_every_picture_is_to_be_taken(graphs: CountedGraphs) -> None:
    hat = LONG.copy()
    hat[:70][hat[:70] == FaceLabel.HAIR] = FaceLabel.HAT
    with pytest.raises(HatError):
        Transfer(graphs).encode_user(portrait(), hat)
    with pytest.raises(HatError):
        Transfer(graphs).encode_reference(portrait(), hat)
    Transfer(graphs, limits=None).encode_user(portrait(), hat)


@pytest.mark.parametrize("size", [256, 512, 1024])
def test_renders_of_every_size_come_from_the_same_result(
    transfer: Transfer, hair: TransferredHair, size: int
) -> None:
    rgb = transfer.draw(hair, size)
    assert rgb.shape == (1, 3, size, size)
    expected = np.clip(np.rint((rgb[0].transpose(1, 2, 0) + 1) * 127.5), 0, 255)
    assert np.abs(transfer.render(hair, size) - expected).max() <= 1
