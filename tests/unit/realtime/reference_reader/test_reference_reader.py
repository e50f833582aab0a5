"""References read from photos."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engines.reference.reference import Reference
from realtime.reference_reader.errors import (
    ReferenceCroppedError,
    ReferenceNoFaceError,
    ReferenceSeveralFacesError,
    ReferenceSmallError,
)
from realtime.reference_reader.reference_reader import ReferenceReader
from tools.clips import astronaut

U8 = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def reader() -> Iterator[ReferenceReader]:
    reader = ReferenceReader()
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def reference(reader: ReferenceReader) -> Reference:
    photo = astronaut()
    photo.flags.writeable = False
    return reader.read(photo)


def test_the_cut_out_holds_all_of_the_hair_and_the_face(reference: Reference) -> None:
    alpha = reference.alpha
    assert not (alpha[0] > 20).any()
    assert not (alpha[:, [0, -1]] > 20).any()
    height, width = alpha.shape
    x, y = reference.landmarks[:, 0], reference.landmarks[:, 1]
    assert min(x.min(), y.min(), width - x.max(), height - y.max()) > 0
    nose = np.rint(reference.landmarks[4, :2]).astype(int)
    assert alpha[nose[1], nose[0]] == 0
    crown = np.rint(reference.pose.project((0.0, 12.0, 0.0))[:2]).astype(int)
    assert alpha[crown[1], crown[0]] == 255


def test_its_colour_and_style_are_those_of_short_light_brown_hair(reference: Reference) -> None:
    red, green, blue = (int(reference.colors.color[i : i + 2], 16) for i in (1, 3, 5))
    assert red > green > blue + 20
    assert 70 < red < 180


def test_a_tilted_photo_gives_the_same_upright_hair(reader: ReferenceReader, reference: Reference) -> None:
    turn = np.array(cv2.getRotationMatrix2D((224.0, 118.0), 120.0, 1.0), np.float64)
    turn[:, 2] += (176.0, 282.0)
    turned = np.asarray(
        cv2.warpAffine(astronaut(), turn, (800, 800), borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
    read = reader.read(turned)
    assert abs(read.pose.roll) < 2.0
    place = np.column_stack([np.eye(2), reference.pose.translation - read.pose.translation])
    moved = cv2.warpAffine(read.alpha, place, reference.alpha.shape[::-1])
    both, either = np.minimum(moved, reference.alpha), np.maximum(moved, reference.alpha)
    assert both.sum(dtype=np.int64) > 0.85 * either.sum(dtype=np.int64)


def test_of_two_people_one_must_be_named(reader: ReferenceReader, reference: Reference) -> None:
    pair = np.hstack([astronaut(), astronaut()[:, ::-1]])
    with pytest.raises(ReferenceSeveralFacesError) as refused:
        reader.read(pair)
    left, right = refused.value.faces
    assert left[0] + left[2] < 0.5 < right[0]
    assert left[2:] == pytest.approx((0.14, 0.21), abs=0.05)
    chosen = reader.read(pair, 1)
    mirrored = np.asarray(chosen.alpha[:, ::-1], np.float32)
    resized = cv2.resize(mirrored, reference.alpha.shape[::-1])
    assert np.abs(resized - reference.alpha).mean() < 25.0
    with pytest.raises(ReferenceSeveralFacesError):
        reader.read(pair, 2)


def test_what_cannot_work_is_refused_with_the_reason(reader: ReferenceReader) -> None:
    photo = astronaut()
    with pytest.raises(ReferenceNoFaceError, match="shows a face"):
        reader.read(np.full((300, 300, 3), 128, np.uint8))
    with pytest.raises(ReferenceSmallError, match="larger or closer"):
        reader.read(np.asarray(cv2.resize(photo, (256, 256), interpolation=cv2.INTER_AREA), np.uint8))
    with pytest.raises(ReferenceSmallError, match="sharper"):
        reader.read(np.asarray(cv2.GaussianBlur(photo, (0, 0), 4.0), np.uint8))
    for cut in (photo[50:], photo[:, 190:], photo[:, 160:290]):
        with pytest.raises(ReferenceCroppedError, match="room above and beside"):
            reader.read(cut)
