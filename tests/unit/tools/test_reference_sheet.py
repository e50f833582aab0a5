"""What the sheet asks of a reference, and how it judges hair."""

from __future__ import annotations

import numpy as np
import pytest

from engines.hair_layer import HairLayer
from engines.palette import srgb_to_linear
from realtime.frame_result import FrameResult
from tests.unit.reference.portraits import face_at, reference
from tools.reference_sheet import agreement, look_of, parser

NAMES = ["sheet.png", "--references", "a.png", "--people", "b.png"]


def test_shape_colour_or_both_are_asked_of_a_reference() -> None:
    lent = reference()
    shape, color, both = (
        look_of(lent, parser().parse_args([*NAMES, "--mode", mode])) for mode in ("shape", "color", "both")
    )
    assert (shape.reference, shape.color, shape.style) == (lent, None, lent.style)
    assert (color.reference, color.color, color.style) == (None, lent.colors.color, "own")
    assert (both.reference, both.color, both.style) == (lent, lent.colors.color, lent.style)


def test_the_references_own_hair_agrees_with_it_and_a_shifted_one_less() -> None:
    lent = reference()
    alpha = (lent.alpha / np.float32(255.0))[..., None]
    rgba = np.concatenate([srgb_to_linear(lent.rgb / 255.0) * alpha, alpha], axis=2).astype(np.float32)
    face = face_at(lent.pose)
    same = agreement(
        lent.rgb, FrameResult(lent.rgb, face=face, layer=HairLayer(rgba, np.eye(2, 3))), lent.alpha > 9, lent
    )
    assert same.iou == pytest.approx(1.0)
    assert same.delta_e == pytest.approx(0.0, abs=0.5)
    assert same.psnr == 99.0
    shift = np.array([[1.0, 0.0, 30.0], [0.0, 1.0, 0.0]])
    moved = agreement(
        lent.rgb, FrameResult(lent.rgb, face=face, layer=HairLayer(rgba, shift)), lent.alpha > 9, lent
    )
    assert moved.iou < 0.7


def test_nobody_found_agrees_with_nothing() -> None:
    lent = reference()
    assert agreement(lent.rgb, FrameResult(lent.rgb), lent.alpha > 9, lent).iou == 0.0
