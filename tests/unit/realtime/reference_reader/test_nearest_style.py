"""The drawn style nearest to a photo's hair."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engines.strands.groom_file import list_styles
from realtime.reference_reader.hair_outline import HairOutline
from realtime.reference_reader.nearest_style import style_outlines
from realtime.reference_reader.reference_reader import read_reference
from tests.unit.synthetic_head import face_at
from tools.clips import astronaut

TAGS = {style.id: set(style.tags) for style in list_styles()}


def test_every_drawn_style_that_hangs_loose_is_known_and_like_nothing_as_much_as_itself() -> None:
    outlines = style_outlines()
    assert set(outlines) == {
        style for style, tags in TAGS.items() if style != "own" and not tags & {"up", "braids"}
    }
    for style, outline in outlines.items():
        assert max(outlines, key=lambda other: outlines[other].likeness(outline)) == style


def test_outlines_and_texture_of_the_styles_are_as_their_tags_say() -> None:
    outlines = style_outlines()
    lengths = {
        tag: [
            np.flatnonzero(one.mask.max(axis=1) > 0.5)[-1]
            for key, one in outlines.items()
            if tag in TAGS[key]
        ]
        for tag in ("short", "long")
    }
    assert max(lengths["short"]) < min(lengths["long"])
    curly = [outline.order for style, outline in outlines.items() if TAGS[style] & {"curly", "coily"}]
    straight = [outlines[style].order for style in ("long-straight", "blunt-bob", "hime-cut")]
    assert max(curly) < 0.3 < 0.6 < min(straight)


@pytest.mark.parametrize(("angle", "high"), [(0, True), (90, True), (None, False)])
def test_parallel_strands_are_orderly_and_noise_is_not(angle: int | None, high: bool) -> None:
    face = face_at(160.0, 160.0, 9.0, (320, 320))
    noise = np.random.default_rng(5).normal(size=(320, 320)).astype(np.float32)
    if angle is not None:
        along, across = (0.5, 8.0) if angle else (8.0, 0.5)
        noise[:] = cv2.GaussianBlur(noise, (0, 0), sigmaX=along, sigmaY=across)
    level = 120.0 + 30.0 * noise / noise.std()
    rgb = np.repeat(np.clip(level, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    order = HairOutline.of(rgb, np.ones((320, 320), np.float32), face).order
    assert (order > 0.8) if high else (order < 0.4)


def test_short_hair_with_a_fringe_gets_a_short_style() -> None:
    assert "short" in TAGS[read_reference(astronaut()).style]
