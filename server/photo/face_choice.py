"""Which of the faces in a picture is meant."""

from __future__ import annotations

from collections.abc import Sequence

from engines.face import Face
from server.photo.still_refusal import StillRefusal


def choose_face(faces: Sequence[Face], index: int | None) -> Face:
    """The face of that ``index``, 0 the leftmost; without one, the only one.

    Raises:
        StillRefusal: no-face; several-faces, with the ``faces``' boxes (left, top, width, height) in shares
            of the picture; no-such-face.
    """
    if not faces:
        raise StillRefusal(
            "no-face", "No face was found in this picture. Take one in which your whole face is seen."
        )
    boxes = {"faces": [face_box(face) for face in faces]}
    if index is None and len(faces) > 1:
        raise StillRefusal(
            "several-faces", f"There are {len(faces)} faces in this picture. Say which one is meant.", boxes
        )
    if index is not None and index >= len(faces):
        raise StillRefusal(
            "no-such-face", f"There is no face {index} in this picture: it has {len(faces)}.", boxes
        )
    return faces[index or 0]


def face_box(face: Face) -> list[float]:
    """Left, top, width and height of ``face`` in shares of its picture, 0..1."""
    low = (face.landmarks[:, :2].min(axis=0) / face.size).clip(0.0, 1.0)
    high = (face.landmarks[:, :2].max(axis=0) / face.size).clip(0.0, 1.0)
    return [round(float(value), 4) for value in (*low, *(high - low))]
