"""Label maps of an aligned face, drawn."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.hairfast.labels import FaceLabel

U8 = npt.NDArray[np.uint8]


def face_labels(hair: float = 1.0, length: float = 0.5, fringe: bool = False) -> U8:
    """(256, 256) uint8 FaceLabel: a face in the middle of the square.

    ``hair``: 0 none, 1 a full head of it; ``length``: how far down it hangs, 1 to the square's edge;
    ``fringe``: it covers the brows.
    """
    labels = np.full((256, 256), FaceLabel.BACKGROUND, np.uint8)

    def ellipse(label: FaceLabel, x: int, y: int, rx: int, ry: int) -> None:
        cv2.ellipse(labels, (x, y), (rx, ry), 0, 0, 360, (int(label),), -1)

    if hair:
        thick = round(26 * hair)
        ellipse(FaceLabel.HAIR, 128, 120, 62 + thick, 82 + thick)
        labels[round(256 * max(length, 0.45)) :] = FaceLabel.BACKGROUND
    ellipse(FaceLabel.CLOTH, 128, 290, 110, 60)
    if hair and length > 0.8:
        labels[120:, 40:216] = FaceLabel.HAIR
    labels[190:240, 104:152] = FaceLabel.NECK
    ellipse(FaceLabel.SKIN, 128, 140, 62, 82)
    for x, eye, brow in (
        (96, FaceLabel.LEFT_EYE, FaceLabel.LEFT_BROW),
        (160, FaceLabel.RIGHT_EYE, FaceLabel.RIGHT_BROW),
    ):
        ellipse(eye, x, 122, 12, 5)
        ellipse(brow, x, 106, 16, 4)
    ellipse(FaceLabel.NOSE, 128, 148, 10, 20)
    ellipse(FaceLabel.MOUTH, 128, 186, 24, 8)
    if fringe:
        labels[60:112, 78:178] = FaceLabel.HAIR
    return labels
