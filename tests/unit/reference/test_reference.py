"""References cross to another process whole."""

from __future__ import annotations

import numpy as np
import pytest

from engines.errors import LookError
from engines.head_pose import HeadPose
from engines.head_shape import HeadShape
from engines.light import Light
from engines.look import Look
from engines.reference.reference import Reference, ReferenceColors


def _reference() -> Reference:
    random = np.random.default_rng(1)
    return Reference(
        random.integers(0, 255, (40, 30, 3), np.uint8),
        random.integers(0, 255, (40, 30), np.uint8),
        random.random((478, 3), np.float32),
        HeadPose(np.eye(3), 1.5, np.array([3.0, 4.0])),
        HeadShape(width=1.1),
        ReferenceColors("#102030", "#ffeedd", "ombre", 0.7),
        "pixie",
        Light(ambient=0.7, color=np.array([1.25, 1.0, 0.5], np.float32)),
    )


def test_what_was_written_is_read_back() -> None:
    reference = _reference()
    read = Reference.from_bytes(reference.to_bytes())
    np.testing.assert_array_equal(read.rgb, reference.rgb)
    np.testing.assert_array_equal(read.alpha, reference.alpha)
    np.testing.assert_array_equal(read.landmarks, reference.landmarks)
    np.testing.assert_array_equal(read.pose.rotation, reference.pose.rotation)
    np.testing.assert_array_equal(read.pose.translation, reference.pose.translation)
    np.testing.assert_array_equal(read.light.color, reference.light.color)
    assert read.light.ambient == 0.7
    told = (read.pose.scale, read.shape, read.colors, read.style)
    assert told == (reference.pose.scale, reference.shape, reference.colors, reference.style)


def test_a_look_that_carries_a_reference_can_be_cached() -> None:
    reference = _reference()
    look = Look("pixie", reference=reference)
    assert {look: 1}[Look("pixie", reference=reference)] == 1
    assert look != Look("pixie", reference=_reference())
    assert look.shape.reference is reference


def test_clients_cannot_put_a_reference_into_a_look() -> None:
    with pytest.raises(LookError):
        Look().updated({"reference": "abc"}, frozenset({"pixie"}))


def test_colours_take_the_place_of_a_looks_own() -> None:
    look = Look(**_reference().colors.applied({"style": "pixie", "color": "N1"}))
    assert (look.color, look.tip, look.gradient, look.gloss) == ("#102030", "#ffeedd", "ombre", 0.7)
