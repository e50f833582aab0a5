"""Where neck, chest and clothes are under hair, given what is seen of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from realtime.head.body_outline import BodyOutline, body_outline
from tests.unit.synthetic_head import face_at

Mask = npt.NDArray[np.bool_]
SIZE = (240, 240)
FACE = face_at(120.0, 80.0, 4.0, SIZE)
NOBODY = np.zeros(SIZE, np.float32)
NOWHERE = np.zeros(SIZE, bool)


def usual() -> BodyOutline:
    return body_outline(FACE, NOBODY, np.ones(SIZE, np.float32))


def test_a_seen_collar_bounds_the_skin_beside_it() -> None:
    outline = usual()
    wide = outline.dressed(6.5, NOWHERE, NOWHERE, NOWHERE)
    below = (outline.down > 2.0) & (outline.down < 5.0)
    collar = below & (np.abs(outline.across) > 3.0) & (outline.across < 0.0) & (outline.inside > 0.5)
    throat = below & (np.abs(outline.across) < 1.5)
    met = outline.dressed(6.5, throat, collar, NOWHERE)
    assert wide.neck[collar].mean() > 0.5
    assert met.neck[collar].mean() < 0.2
    assert met.trunk[collar].mean() > 0.8
    assert met.neck[throat].mean() > 0.9


def test_what_is_seen_of_a_wall_is_no_body_and_the_reverse() -> None:
    outline = usual()
    wall = (outline.inside > 0.3) & (outline.inside < 1.0) & (outline.across > 8.0) & (outline.down > 4.0)
    chest = (outline.inside < -0.3) & (outline.inside > -1.0) & (outline.across < -8.0)
    assert wall.sum() > 20
    assert chest.sum() > 20
    met = outline.dressed(3.0, NOWHERE, chest, wall)
    assert (met.neck + met.trunk)[wall].mean() < 0.15
    assert (met.neck + met.trunk)[chest].mean() > 0.85
    far = (outline.inside > 6.0) & (outline.down > 8.0)
    assert (met.neck + met.trunk)[far].min() > 0.99


def test_an_open_mouth_moves_no_shoulders() -> None:
    landmarks = FACE.landmarks.copy()
    landmarks[152, 1] += 12.0
    gaping = body_outline(replace(FACE, landmarks=landmarks), NOBODY, np.ones(SIZE, np.float32))
    np.testing.assert_array_equal(gaping.trunk, usual().trunk)


def test_a_shoulder_that_shows_lifts_the_line_of_both() -> None:
    model = usual()
    shown = (model.inside > -2.0) & (model.across > 5.5) & (model.across < 9.0) & (model.down > 1.0)
    hidden = np.where(shown, np.float32(0.0), np.float32(1.0))
    lifted = body_outline(FACE, shown.astype(np.float32), hidden)
    other = (np.abs(model.across + 8.0) < 0.5) & (model.inside < -0.4) & (model.inside > -0.8)
    assert other.any()
    assert model.trunk[other].max() < 0.1
    assert lifted.trunk[other].min() > 0.9


def test_arms_do_not_tilt_the_shoulders() -> None:
    """Narrow shoulders that show to 6 cm beside the neck, then arms: hair hides what is nearer to it."""
    model = usual()
    beside = np.abs(model.across) - 4.9
    falls = 5.0 + 0.3 * beside + 1.4 * np.maximum(beside - 6.0, 0.0)
    body = ((model.down > falls) & (beside < 13.0)).astype(np.float32)
    hair = np.where(beside < 3.0, np.float32(1.0), np.float32(0.0))
    outline = body_outline(FACE, body, hair)
    above = (beside > 0.5) & (beside < 2.5) & (model.down < falls - 1.0)
    assert above.sum() > 50
    assert outline.trunk[above].mean() < 0.02
