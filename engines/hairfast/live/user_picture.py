"""The user at a keyframe, as the networks see them, and with a strand layer drawn on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine, compose_affine
from engines.face import Face
from engines.hair_layer import HairLayer
from engines.hairfast.alignment import ALIGNED_SIZE, Alignment
from engines.hairfast.labels import FaceLabel
from engines.head_crop import HeadCrop
from engines.palette import linear_to_srgb, srgb_to_linear

Bool = npt.NDArray[np.bool_]
U8 = npt.NDArray[np.uint8]

LABEL_SIZE = 256
"""Side of the label maps, px."""
_LEVELS = 1023
_LINEAR = srgb_to_linear(np.arange(256) / 255.0).astype(np.float32)
_SRGB = np.rint(255.0 * linear_to_srgb(np.arange(_LEVELS + 1) / _LEVELS)).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class UserPicture:
    """``face`` in its frame; ``alignment``: its square there; ``square`` (ALIGNED_SIZE, ALIGNED_SIZE, 3)
    uint8 sRGB: the picture in it."""

    face: Face
    alignment: Alignment
    square: U8

    @staticmethod
    def of(crop: HeadCrop, face: Face) -> UserPicture:
        """The aligned square, cut out of the head crop."""
        points = apply_affine(crop.to_crop, face.landmarks[:, :2].astype(np.float64))
        within = Alignment.of(points)
        return UserPicture(
            face, Alignment(compose_affine(crop.to_frame, within.to_frame)), within.crop(crop.rgb)
        )

    def drawn_on(self, layer: HairLayer) -> Drawing:
        """The picture with ``layer`` over it."""
        to_square = compose_affine(self.alignment.to_aligned, layer.to_frame)
        rgba = cv2.warpAffine(layer.rgba, to_square, (ALIGNED_SIZE, ALIGNED_SIZE))
        alpha = rgba[..., 3:]
        linear = _LINEAR[self.square] * (1.0 - alpha) + rgba[..., :3]
        square = _SRGB[np.clip(linear * _LEVELS + 0.5, 0, _LEVELS).astype(np.uint16)]
        small = cv2.resize(rgba[..., 3], (LABEL_SIZE, LABEL_SIZE), interpolation=cv2.INTER_AREA)
        return Drawing(square, np.asarray(small > 0.5))


@dataclass(frozen=True, eq=False)
class Drawing:
    """A user with drawn hair: a reference in the user's own pose and light.

    ``square`` as in :class:`UserPicture`; ``hair`` (LABEL_SIZE, LABEL_SIZE): where the drawn hair is.
    """

    square: U8
    hair: Bool

    def labels(self, user: U8) -> U8:
        """The drawing's label map, from the ``user``'s: whatever the parser would make of drawn strands, it
        is known where they are. Own hair that shows beside them counts as background."""
        bare = np.where(user == FaceLabel.HAIR, np.uint8(FaceLabel.BACKGROUND), user)
        return np.where(self.hair, np.uint8(FaceLabel.HAIR), bare)
