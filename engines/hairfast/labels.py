"""The labels of a face: which number means what, in the maps that networks hand to each other."""

from __future__ import annotations

from enum import IntEnum


class FaceLabel(IntEnum):
    """Labels in pipeline order (the order of CelebAMask-HQ as SEAN and the mask generator were trained)."""

    BACKGROUND = 0
    SKIN = 1
    NOSE = 2
    EYEGLASS = 3
    LEFT_EYE = 4
    RIGHT_EYE = 5
    LEFT_BROW = 6
    RIGHT_BROW = 7
    LEFT_EAR = 8
    RIGHT_EAR = 9
    MOUTH = 10
    UPPER_LIP = 11
    LOWER_LIP = 12
    HAIR = 13
    HAT = 14
    EARRING = 15
    NECKLACE = 16
    NECK = 17
    CLOTH = 18


LABEL_COUNT = len(FaceLabel)

PARSER_LABELS: tuple[FaceLabel, ...] = (
    FaceLabel.BACKGROUND,
    FaceLabel.SKIN,
    FaceLabel.LEFT_BROW,
    FaceLabel.RIGHT_BROW,
    FaceLabel.LEFT_EYE,
    FaceLabel.RIGHT_EYE,
    FaceLabel.EYEGLASS,
    FaceLabel.LEFT_EAR,
    FaceLabel.RIGHT_EAR,
    FaceLabel.EARRING,
    FaceLabel.NOSE,
    FaceLabel.MOUTH,
    FaceLabel.UPPER_LIP,
    FaceLabel.LOWER_LIP,
    FaceLabel.NECK,
    FaceLabel.NECKLACE,
    FaceLabel.CLOTH,
    FaceLabel.HAIR,
    FaceLabel.HAT,
)
"""What the parser's output channels 0..18 mean."""
