"""Eyes and mouth stay, whatever is removed."""

from __future__ import annotations

import numpy as np

from realtime.occlusion.inner_face import keep_inner_face
from tests.unit.synthetic_head import face_at


def test_the_inner_face_is_kept_and_the_rest_removed() -> None:
    face = face_at(160.0, 130.0, 10.0, (320, 240))
    removal = np.full((240, 320), 255, np.uint8)
    keep_inner_face(removal, face, (0, 0))
    for landmark in (33, 133, 263, 362, 13, 4):
        column, row = np.rint(face.landmarks[landmark, :2]).astype(int)
        assert removal[row, column] <= 16
    top = int(face.landmarks[10, 1])
    assert removal[max(top, 0), 160] == 255
    assert (removal[:, :90] == 255).all()
    assert (removal[:, 230:] == 255).all()


def test_a_part_of_the_frame_is_treated_as_in_the_frame() -> None:
    face = face_at(160.0, 130.0, 10.0, (320, 240))
    whole = np.full((240, 320), 255, np.uint8)
    keep_inner_face(whole, face, (0, 0))
    part = np.full((100, 90), 255, np.uint8)
    keep_inner_face(part, face, (140, 100))
    assert np.abs(part.astype(int) - whole[100:200, 140:230]).max() <= 96
    assert np.abs(part.astype(int) - whole[100:200, 140:230]).mean() < 2.0


def test_a_face_elsewhere_changes_nothing() -> None:
    removal = np.full((20, 20), 255, np.uint8)
    keep_inner_face(removal, face_at(160.0, 130.0, 10.0, (320, 240)), (0, 0))
    assert (removal == 255).all()
