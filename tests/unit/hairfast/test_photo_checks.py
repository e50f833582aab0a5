"""Which photos are refused."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from engines.hairfast.labels import FaceLabel
from engines.hairfast.photo_checks import PhotoLimits, check_face, check_labels
from engines.hairfast.photo_errors import (
    CroppedHairError,
    HatError,
    NoHairError,
    PhotoRole,
    ProfileFaceError,
    TinyFaceError,
)
from tests.unit.hairfast.drawn_labels import U8, face_labels
from tests.unit.synthetic_head import face_at

LIMITS = PhotoLimits()
WHOLE = np.zeros((1024, 1024), np.float32)


def _check(labels: U8, role: PhotoRole, *, hair: bool = True) -> None:
    check_labels(labels, WHOLE, role, LIMITS, hair=hair)


def test_a_face_from_the_front_passes() -> None:
    check_face(face_at(320, 240, 12.0, (640, 480)), PhotoRole.FACE, LIMITS)


@pytest.mark.parametrize(("yaw", "refused"), [(35.0, False), (-35.0, False), (42.0, True), (-60.0, True)])
def test_a_head_turned_too_far_is_refused(yaw: float, refused: bool) -> None:
    face = face_at(320, 240, 12.0, (640, 480))
    rotation = np.asarray(cv2.Rodrigues(np.array([0.0, np.radians(yaw), 0.0]))[0], np.float64)
    face = replace(face, pose=replace(face.pose, rotation=rotation))
    assert face.pose.yaw == pytest.approx(yaw)
    if not refused:
        check_face(face, PhotoRole.SHAPE, LIMITS)
        return
    with pytest.raises(ProfileFaceError, match=f"shape reference is turned by about {abs(yaw):.0f} degrees"):
        check_face(face, PhotoRole.SHAPE, LIMITS)


def test_a_face_of_few_pixels_is_refused() -> None:
    with pytest.raises(TinyFaceError, match="your photo are 19 px apart"):
        check_face(face_at(320, 240, 3.0, (640, 480)), PhotoRole.FACE, LIMITS)


def test_hair_and_no_hat_passes() -> None:
    for role in PhotoRole:
        _check(face_labels(), role)


def test_a_hat_is_refused_and_stray_hat_pixels_are_not() -> None:
    labels = face_labels()
    hat = labels.copy()
    hat[10:70, 60:190] = FaceLabel.HAT
    with pytest.raises(HatError):
        _check(hat, PhotoRole.FACE, hair=False)
    labels[20:28, 120:128] = FaceLabel.HAT
    _check(labels, PhotoRole.FACE)


def test_only_where_hair_is_taken_from_must_there_be_some() -> None:
    bald = face_labels(hair=0.0)
    _check(bald, PhotoRole.FACE, hair=False)
    for role in PhotoRole:
        with pytest.raises(NoHairError, match=str(role)):
            _check(bald, role)


def test_a_shape_reference_must_show_the_top_of_the_hair() -> None:
    labels = face_labels()
    top = int(np.flatnonzero((labels == FaceLabel.HAIR).any(axis=1))[0])
    beyond = WHOLE.copy()
    beyond[: 4 * (top + 12)] = 0.1
    with pytest.raises(CroppedHairError):
        check_labels(labels, beyond, PhotoRole.SHAPE, LIMITS, hair=True)
    check_labels(labels, beyond, PhotoRole.COLOR, LIMITS, hair=True)
    beyond[4 * (top - 6) :] = 0.0
    check_labels(labels, beyond, PhotoRole.SHAPE, LIMITS, hair=True)
